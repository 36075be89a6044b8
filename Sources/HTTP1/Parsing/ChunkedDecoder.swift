import Front
import Messages
import NIOCore

/// Takes a chunked body apart (RFC 9112 §7.1), strictly. A value type; holds no bytes.
struct ChunkedDecoder {
  enum Step: Equatable {
    case needsMore
    case bytes(ByteBuffer)
    case end
  }

  /// A chunk's size line with its extensions.
  static let maxSizeLine = 256
  /// The trailer section, which is read and dropped.
  static let maxTrailerBytes = 8 * 1024

  private enum State {
    case size, data(Int), dataEnd, trailers(Int)
  }

  private var state = State.size

  mutating func next(_ buffer: inout ByteBuffer) throws(RequestFault) -> Step {
    while true {
      switch state {
      case .size:
        guard let line = try Self.line(&buffer, limit: Self.maxSizeLine, "a chunk's size line is too long") else {
          return .needsMore
        }
        let size = try Self.size(line)
        state = size == 0 ? .trailers(0) : .data(size)
      case .data(let left):
        guard let slice = buffer.readSlice(length: min(left, buffer.readableBytes)), slice.readableBytes > 0 else {
          return .needsMore
        }
        let rest = left - slice.readableBytes
        state = rest == 0 ? .dataEnd : .data(rest)
        return .bytes(slice)
      case .dataEnd:
        guard buffer.readableBytes >= 2 else { return .needsMore }
        guard buffer.readInteger(as: UInt16.self) == 0x0D0A else { throw .bad("a chunk does not end with CRLF") }
        state = .size
      case .trailers(let taken):
        let before = buffer.readableBytes
        let room = Self.maxTrailerBytes - taken
        guard let line = try Self.line(&buffer, limit: room, "the trailers are too long") else { return .needsMore }
        if line.readableBytes == 0 { return .end }
        guard Self.isField(line) else { throw .bad("a trailer is no header line") }
        state = .trailers(taken + before - buffer.readableBytes)
      }
    }
  }

  /// A line without its CRLF.
  private static func line(
    _ buffer: inout ByteBuffer, limit: Int, _ tooLong: String
  ) throws(RequestFault) -> ByteBuffer? {
    let view = buffer.readableBytesView
    guard let end = view.prefix(limit).firstIndex(of: 0x0A) else {
      if buffer.readableBytes >= limit { throw .bad(tooLong) }
      return nil
    }
    guard end > view.startIndex, view[end - 1] == 0x0D else {
      throw .bad("a line of a chunked body ends with a bare LF")
    }
    let line = buffer.readSlice(length: end - 1 - view.startIndex)
    buffer.moveReaderIndex(forwardBy: 2)
    return line
  }

  /// `name: value`. Trailers are dropped, but a request line among them would mean that the client, or something
  /// between, sees the end of the body elsewhere.
  private static func isField(_ line: ByteBuffer) -> Bool {
    let view = line.readableBytesView
    guard let colon = view.firstIndex(of: UInt8(ascii: ":")), colon > view.startIndex else { return false }
    return view[..<colon].allSatisfy({ HeadSyntax.isToken($0) })
      && view[colon...].allSatisfy({ HeadSyntax.isFieldValue($0) })
  }

  private static let notANumber = RequestFault.bad("a chunk's size line is not a number and extensions")

  /// Hexadecimal digits, then nothing or extensions, which are ignored.
  private static func size(_ line: ByteBuffer) throws(RequestFault) -> Int {
    var size = 0
    var digits = 0
    for byte in line.readableBytesView {
      if let digit = Hexadecimal.value(of: byte) {
        digits += 1
        guard digits <= 15 else { throw .bad("a chunk is too large") }
        size = size << 4 | Int(widening: digit)
      } else if byte == UInt8(ascii: ";") && digits > 0 {
        guard line.readableBytesView.allSatisfy({ HeadSyntax.isFieldValue($0) }) else { throw notANumber }
        return size
      } else {
        throw notANumber
      }
    }
    guard digits > 0 else { throw notANumber }
    return size
  }
}
