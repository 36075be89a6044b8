import NIOCore
import NIOHTTP1

/// Writes the head of an answer into a buffer. A value type.
struct AnswerHead {
  var buffer: ByteBuffer

  /// The status line, whose phrase is NIO's for known statuses.
  init(_ allocator: ByteBufferAllocator, capacity: Int, status: Int) {
    buffer = allocator.buffer(capacity: capacity)
    switch status {
    case 200: buffer.writeStaticString("HTTP/1.1 200 OK\r\n")
    case 204: buffer.writeStaticString("HTTP/1.1 204 No Content\r\n")
    case 304: buffer.writeStaticString("HTTP/1.1 304 Not Modified\r\n")
    case 404: buffer.writeStaticString("HTTP/1.1 404 Not Found\r\n")
    default:
      buffer.writeString("HTTP/1.1 \(status) \(HTTPResponseStatus(statusCode: status).reasonPhrase)\r\n")
    }
  }

  /// A line; false where its name or value could break the head apart, or has a control character that some reader may
  /// take for the end of a line: then nothing is written.
  @discardableResult
  mutating func write(_ name: String, _ value: String) -> Bool {
    guard !name.isEmpty, name.utf8.allSatisfy(HeadSyntax.isToken),
      value.utf8.allSatisfy(HeadSyntax.isFieldValue)
    else { return false }
    buffer.writeString(name)
    buffer.writeStaticString(": ")
    buffer.writeString(value)
    buffer.writeStaticString("\r\n")
    return true
  }

  /// Names that the connection writes itself, or that are not for an endpoint to say.
  static func isConnections(_ name: String) -> Bool {
    switch name.utf8.count {
    case 4: HeaderName.equals(name, "date")
    case 7: HeaderName.equals(name, "upgrade") || HeaderName.equals(name, "trailer")
    case 10: HeaderName.equals(name, "connection") || HeaderName.equals(name, "keep-alive")
    case 12: HeaderName.equals(name, "x-request-id")
    case 14: HeaderName.equals(name, "content-length")
    case 17: HeaderName.equals(name, "transfer-encoding")
    default: false
    }
  }

  mutating func writeContentLength(_ length: Int) {
    buffer.writeStaticString("Content-Length: ")
    writeDecimal(length)
    buffer.writeStaticString("\r\n")
  }

  private mutating func writeDecimal(_ number: Int) {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { digits in
      var place = 20
      var rest = number
      repeat {
        place -= 1
        digits[place] = UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: rest % 10)
        rest /= 10
      } while rest > 0
      _ = buffer.writeBytes(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(digits)[place...]))
    }
  }
}
