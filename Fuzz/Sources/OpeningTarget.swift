import NIOCore
import TLS

@testable import Listening

/// The first bytes of a connection: the PROXY header, and the client's first message of TLS.
enum OpeningTarget {
  /// More would be read piece by piece for too long.
  private static let longest = 700

  static func run(_ bytes: [UInt8]) {
    let bytes = Array(bytes.prefix(longest))
    proxyHeader(bytes)
    clientHello(bytes)
  }

  /// Each beginning of a header needs more.
  private static func proxyHeader(_ bytes: [UInt8]) {
    var buffer = ByteBuffer(bytes: bytes)
    guard let header = try? ProxyHeader.read(&buffer) else { return }
    for count in 0..<(bytes.count - buffer.readableBytes) {
      var part = ByteBuffer(bytes: bytes.prefix(count))
      hold((try? ProxyHeader.read(&part)) == .some(nil), "\(header) was read of \(count) bytes, too")
    }
  }

  /// What comes piece by piece is read as what comes at once.
  private static func clientHello(_ bytes: [UInt8]) {
    var whole = ClientHello()
    let expected = whole.read(bytes)
    var pieces = ClientHello()
    var found = ClientHello.Reading.needsMore
    for count in 0...bytes.count where found == .needsMore { found = pieces.read(bytes.prefix(count)) }
    hold(found == expected, "\(found) in pieces, \(expected) at once")
    if case .read(let name?) = found {
      hold(name.utf8.allSatisfy { (0x21...0x7E).contains($0) } && name.utf8.count < 256, "a name of \(name)")
    }
  }
}
