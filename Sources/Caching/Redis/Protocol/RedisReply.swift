import Messages
import NIOCore

/// One reply of a server (RESP2).
indirect enum RedisReply: Hashable, Sendable {
  /// A bulk string.
  case text(ByteBuffer)
  /// A simple string, such as `OK`.
  case status(String)
  case integer(PeerNumber)
  case null
  case array([RedisReply])
  /// The server refused; its whole line, such as `MOVED 3999 127.0.0.1:6381`.
  case error(String)

  /// The bytes of either kind of string.
  var bytes: ByteBuffer? {
    switch self {
    case .text(let bytes): bytes
    case .status(let text): ByteBuffer(string: text)
    case .integer, .null, .array, .error: nil
    }
  }

  var string: String? {
    switch self {
    case .text(let bytes): String(buffer: bytes)
    case .status(let text): text
    case .integer, .null, .array, .error: nil
    }
  }

  var integer: PeerNumber? {
    if case .integer(let number) = self { number } else { nil }
  }

  var elements: [RedisReply]? {
    if case .array(let elements) = self { elements } else { nil }
  }
}
