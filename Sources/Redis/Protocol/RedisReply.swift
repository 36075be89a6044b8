import Messages
import NIOCore

/// One reply of a server (RESP2).
package indirect enum RedisReply: Hashable, Sendable {
  /// A bulk string.
  case text(ByteBuffer)
  /// A simple string, such as `OK`.
  case status(String)
  case integer(PeerNumber)
  case null
  case array([RedisReply])
  /// A refusal: the server's whole line, such as `MOVED 3999 127.0.0.1:6381`.
  case error(String)

  /// The longest reply that is taken, in bytes: larger than any value that is stored.
  package static let mostBytes = 64 * 1024 * 1024

  /// The bytes of either kind of string.
  package var bytes: ByteBuffer? {
    switch self {
    case .text(let bytes): bytes
    case .status(let text): ByteBuffer(string: text)
    case .integer, .null, .array, .error: nil
    }
  }

  package var string: String? {
    switch self {
    case .text(let bytes): String(buffer: bytes)
    case .status(let text): text
    case .integer, .null, .array, .error: nil
    }
  }

  package var integer: PeerNumber? {
    if case .integer(let number) = self { number } else { nil }
  }

  package var elements: [RedisReply]? {
    if case .array(let elements) = self { elements } else { nil }
  }
}
