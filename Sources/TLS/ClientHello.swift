/// The first message of a client (RFC 8446 §4.1.2), as far as its certificate is chosen by it. A value; it takes the
/// records that the message comes in, each looked at once. NIOTLS has an `SNIHandler`, which gives a client whose message
/// comes in several records the certificate of those that name no host.
package struct ClientHello {
  package enum Reading: Equatable, Sendable {
    case needsMore
    /// The message is whole, or can't be one: the handshake finds out.
    case read(serverName: String?)
  }

  /// BoringSSL takes no longer one.
  private static let longest = 16 * 1024
  private static let handshake: UInt8 = 22

  private var message: [UInt8] = []
  /// Bytes of `inbound` that were looked at.
  private var position = 0

  package init() {}

  /// Whether a connection that begins with this byte may be one of TLS. No request of HTTP begins so.
  package static func canBegin(with byte: UInt8) -> Bool { byte == handshake }

  /// - Parameter inbound: all that the client has sent.
  package mutating func read(_ inbound: some RandomAccessCollection<UInt8>) -> Reading {
    while true {
      let rest = inbound.dropFirst(position)
      guard let type = rest.first else { return .needsMore }
      guard type == Self.handshake else { return .read(serverName: nil) }
      var header = Bytes(rest.dropFirst(3).prefix(2))
      guard let length = header.integer(2) else { return .needsMore }
      guard length > 0, message.count + length <= Self.longest else { return .read(serverName: nil) }
      guard rest.count >= 5 + length else { return .needsMore }
      message += rest.dropFirst(5).prefix(length)
      position += 5 + length
      var head = Bytes(message.prefix(4))
      guard let kind = head.integer(1), let size = head.integer(3) else { continue }
      guard kind == 1, size <= Self.longest else { return .read(serverName: nil) }
      if message.count >= 4 + size { return .read(serverName: Self.serverName(in: message.dropFirst(4))) }
    }
  }

  /// Version and random, session, ciphers and compressions are passed over; then come extensions.
  private static func serverName(in message: ArraySlice<UInt8>) -> String? {
    var hello = Bytes(message.dropFirst(34))
    guard hello.vector(1) != nil, hello.vector(2) != nil, hello.vector(1) != nil, var extensions = hello.vector(2)
    else { return nil }
    while let type = extensions.integer(2), var body = extensions.vector(2) {
      guard type == 0 else { continue }
      guard var names = body.vector(2), names.integer(1) == 0, let name = names.vector(2) else { return nil }
      return name.hostName
    }
    return nil
  }
}

/// What is left of a message.
private struct Bytes {
  private var rest: ArraySlice<UInt8>

  init(_ bytes: some Collection<UInt8>) {
    rest = ArraySlice(bytes)
  }

  /// Of so many bytes.
  mutating func integer(_ width: Int) -> Int? {
    guard rest.count >= width else { return nil }
    defer { rest = rest.dropFirst(width) }
    return rest.prefix(width).reduce(0) { $0 << 8 | Int(truncatingIfNeeded: $1) }
  }

  /// Of a length that stands before it in so many bytes.
  mutating func vector(_ width: Int) -> Bytes? {
    guard let length = integer(width), rest.count >= length else { return nil }
    defer { rest = rest.dropFirst(length) }
    return Bytes(rest.prefix(length))
  }

  /// RFC 6066 §3: in ASCII, of at most 255 bytes.
  var hostName: String? {
    guard !rest.isEmpty, rest.count <= 255, rest.allSatisfy({ (0x21...0x7E).contains($0) }) else { return nil }
    return String(decoding: rest, as: UTF8.self)
  }
}
