import Front
import Messages
import NIOCore
import NIOHTTP1

/// Writes the head of an answer in HTTP/1.1 into a buffer. A value.
struct HeadWriter {
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

  /// The last chunk of a body, for the trailers that follow it.
  init(chunkOf allocator: ByteBufferAllocator, capacity: Int) {
    buffer = allocator.buffer(capacity: capacity)
    buffer.writeStaticString("0\r\n")
  }

  /// The fields that an answer may have, line by line.
  /// - Parameters:
  ///   - takesDate: `Date` is not the connection's.
  ///   - isChunked: there is a place for the trailers that `Trailer` announces.
  ///   - refused: gets the name of one that can't be sent.
  mutating func write(
    _ fields: some FieldSequence, _ changes: FieldChanges = FieldChanges(), takesDate: Bool = false,
    isChunked: Bool = false, refused: (String) -> Void
  ) {
    fields.forEachField { name, value in
      if !changes.keeps(name) { return }
      switch FieldOwner(name) {
      case .answer: break
      case .date where takesDate: break
      case .trailer where isChunked: break
      case .connection, .date, .trailer: return refused(String(decoding: name, as: UTF8.self))
      }
      if !writeLine(name, value) { refused(String(decoding: name, as: UTF8.self)) }
    }
  }

  /// A line; false where its name or value could break the head apart, or has a control character that some reader may
  /// take for the end of a line: then nothing is written.
  private mutating func writeLine(_ name: UnsafeBufferPointer<UInt8>, _ value: UnsafeBufferPointer<UInt8>) -> Bool {
    guard !name.isEmpty, name.allSatisfy({ HeadSyntax.isToken($0) }), value.allSatisfy({ HeadSyntax.isFieldValue($0) })
    else {
      return false
    }
    buffer.writeBytes(UnsafeRawBufferPointer(name))
    // What came from a backend goes on as it came.
    if let first = value.first, HeadSyntax.isBlank(first) {
      buffer.writeStaticString(":")
    } else {
      buffer.writeStaticString(": ")
    }
    buffer.writeBytes(UnsafeRawBufferPointer(value))
    buffer.writeStaticString("\r\n")
    return true
  }

  mutating func writeContentLength(_ length: Int) {
    buffer.writeStaticString("Content-Length: ")
    writeDecimal(length)
    buffer.writeStaticString("\r\n")
  }

  /// Request id, what is said of the connection's end, and the empty line.
  /// - Parameter requestID: `nil`: it is not told.
  mutating func end(requestID: String?, _ persistence: ConnectionState.Persistence) {
    if let requestID {
      buffer.writeStaticString("X-Request-Id: ")
      buffer.writeString(requestID)
      buffer.writeStaticString("\r\n")
    }
    switch persistence {
    case .close: buffer.writeStaticString("Connection: close\r\n\r\n")
    case .keepAlive: buffer.writeStaticString("Connection: keep-alive\r\n\r\n")
    case .implied: buffer.writeStaticString("\r\n")
    }
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

/// The lines of fields that many answers have. *Immutable*; made once.
final class PreparedLines: Sendable {
  /// Whole lines with their CRLF.
  let all: ByteBuffer
  /// Those of a 304. They share the storage.
  let validators: ByteBuffer

  init(_ prepared: PreparedFields) {
    var writer = HeadWriter(ByteBufferAllocator(), capacity: prepared.fields.estimatedBytes + 20, status: 200)
    let start = writer.buffer.writerIndex
    writer.write(Array(prepared.fields.prefix(prepared.validators))) { _ in }
    let middle = writer.buffer.writerIndex
    writer.write(Array(prepared.fields.dropFirst(prepared.validators))) { _ in }
    all = writer.buffer.getSlice(at: start, length: writer.buffer.writerIndex - start) ?? ByteBuffer()
    validators = writer.buffer.getSlice(at: start, length: middle - start) ?? ByteBuffer()
  }
}
