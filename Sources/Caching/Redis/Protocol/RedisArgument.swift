import NIOCore

/// One argument of a command.
enum RedisArgument: ExpressibleByStringLiteral, Sendable {
  case text(String)
  case bytes([UInt8])
  case buffer(ByteBuffer)

  init(stringLiteral text: String) {
    self = .text(text)
  }

  static func integer(_ value: some BinaryInteger) -> RedisArgument {
    .text(String(value))
  }

  var count: Int {
    switch self {
    case .text(let text): text.utf8.count
    case .bytes(let bytes): bytes.count
    case .buffer(let buffer): buffer.readableBytes
    }
  }

  func append(to arena: inout [UInt8]) {
    switch self {
    case .text(let text): arena.append(contentsOf: text.utf8)
    case .bytes(let bytes): arena.append(contentsOf: bytes)
    case .buffer(let buffer): buffer.withUnsafeReadableBytes { arena.append(contentsOf: $0) }
    }
  }
}
