import Messages
import NIOCore

/// An entry's header lines as they go out, made once: a hit copies bytes and formats nothing that is the same each
/// time.
package struct EntryLines: Sendable {
  /// `ETag`, `Cache-Control` and `Vary`, which a 304 has too, and then the rest. Whole lines with their CRLF.
  package let all: ByteBuffer
  private let validatorLength: Int

  /// The part for a 304 (RFC 9110 §15.4.5). Shares the storage.
  package var validators: ByteBuffer { all.getSlice(at: all.readerIndex, length: validatorLength) ?? ByteBuffer() }

  init(etag: String, cacheControl: String, headers: [HeaderField]) {
    let capacity = headers.reduce(128) { $0 + $1.name.utf8.count + $1.value.utf8.count + 4 }
    var buffer = ByteBufferAllocator().buffer(capacity: capacity)
    EntryLines.write("ETag", etag, to: &buffer)
    EntryLines.write("Cache-Control", cacheControl, to: &buffer)
    for field in headers where field.isNamed("vary") { EntryLines.write(field.name, field.value, to: &buffer) }
    validatorLength = buffer.readableBytes
    for field in headers where !field.isNamed("vary") { EntryLines.write(field.name, field.value, to: &buffer) }
    all = buffer
  }

  /// Leaves out what could break a head apart: entries from Redis are believed no more than others.
  private static func write(_ name: String, _ value: String, to buffer: inout ByteBuffer) {
    guard !name.isEmpty, name.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: ":") }),
      value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 })
    else { return }
    buffer.writeString(name)
    buffer.writeStaticString(": ")
    buffer.writeString(value)
    buffer.writeStaticString("\r\n")
  }
}
