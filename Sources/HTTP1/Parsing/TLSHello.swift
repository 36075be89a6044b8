import Front
import NIOCore

/// A TLS client at a port that speaks plain HTTP: it waits for an answer in its own words (RFC 8446 §5.1, §6.2).
enum TLSHello {
  static let fault = RequestFault(400, "TLS is spoken to a port that speaks plain HTTP")
  /// Fatal: `handshake_failure`.
  static let alert: [UInt8] = [21, 3, 1, 0, 2, 2, 40]

  /// Whether the bytes begin with a handshake record. No request does: a method begins with a visible character.
  static func begins(_ bytes: ByteBuffer) -> Bool {
    bytes.getInteger(at: bytes.readerIndex, as: UInt8.self) == 22
  }
}
