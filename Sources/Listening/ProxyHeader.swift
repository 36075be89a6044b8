import Messages
import NIOCore

/// What a proxy says of the connection that it has taken for a client (the PROXY protocol, versions 1 and 2). A value.
struct ProxyHeader: Equatable {
  /// Of the client; `nil`: the proxy speaks for itself, or of what has no IP address.
  let source: IPAddress?

  struct Malformed: Error {}

  /// Of version 1, with its CRLF.
  private static let longestLine = 107
  /// Of version 2 behind its first 16 bytes: addresses, and what the proxy says beside them, which is skipped.
  static let longestRest = 4096
  private static let signature: [UInt8] = [0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A]

  /// Takes it from the front of what was read; `nil`: more is needed. Throws `Malformed`.
  static func read(_ bytes: inout ByteBuffer) throws -> ProxyHeader? {
    let view = bytes.readableBytesView
    if view.first == signature.first {
      guard signature.starts(with: view.prefix(signature.count)) else { throw Malformed() }
      return try readBinary(&bytes)
    }
    guard "PROXY ".utf8.starts(with: view.prefix(6)) else { throw Malformed() }
    return try readLine(&bytes)
  }

  /// `PROXY TCP4 192.0.2.1 192.0.2.2 56324 443` or `PROXY UNKNOWN …`. A proxy that listens on both families by one socket
  /// writes `TCP6 ::ffff:192.0.2.1 …` of a client of IPv4.
  private static func readLine(_ bytes: inout ByteBuffer) throws -> ProxyHeader? {
    let view = bytes.readableBytesView
    guard let end = view.prefix(longestLine).firstIndex(of: 0x0A) else {
      guard bytes.readableBytes < longestLine else { throw Malformed() }
      return nil
    }
    let line = view[..<end]
    guard line.last == 0x0D, let text = String(validating: line.dropLast(), as: UTF8.self) else { throw Malformed() }
    bytes.moveReaderIndex(forwardBy: line.count + 1)
    let words = text.split(separator: " ", omittingEmptySubsequences: false)
    if words.count >= 2, words[1] == "UNKNOWN" { return ProxyHeader(source: nil) }
    guard words.count == 6, let source = IPAddress(words[2]), IPAddress(words[3]) != nil,
      words[4...].allSatisfy({ PeerNumber(digits: $0.utf8)?.within(0...65535) as Int? != nil }),
      words[2...3].allSatisfy({ words[1] == ($0.contains(":") ? "TCP6" : "TCP4") })
    else { throw Malformed() }
    return ProxyHeader(source: source)
  }

  private static func readBinary(_ bytes: inout ByteBuffer) throws -> ProxyHeader? {
    let start = bytes.readerIndex + signature.count
    guard let version: UInt8 = bytes.getInteger(at: start), let family: UInt8 = bytes.getInteger(at: start + 1),
      let length: UInt16 = bytes.getInteger(at: start + 2)
    else { return nil }
    guard version >> 4 == 2, version & 15 <= 1, length <= longestRest else { throw Malformed() }
    guard bytes.readableBytes >= signature.count + 4 + Int(widening: length) else { return nil }
    bytes.moveReaderIndex(forwardBy: signature.count + 4)
    guard let rest = bytes.readBytes(length: Int(widening: length)) else { return nil }
    // LOCAL: the proxy's own, such as its look whether we are there.
    guard version & 15 == 1 else { return ProxyHeader(source: nil) }
    switch family >> 4 {
    case 1:
      guard rest.count >= 12 else { throw Malformed() }
      return ProxyHeader(source: IPAddress(bytes: rest.prefix(4)))
    case 2:
      guard rest.count >= 36 else { throw Malformed() }
      return ProxyHeader(source: IPAddress(bytes: rest.prefix(16)))
    default: return ProxyHeader(source: nil)
    }
  }
}
