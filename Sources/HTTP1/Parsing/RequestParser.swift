import Front
import Glibc
import NIOCore

/// Takes the bytes of a connection apart into requests, one at a time: nothing of the next request is looked at until
/// it is asked for. A value type without I/O.
struct RequestParser {
  enum BodyStep: Equatable {
    case needsMore
    case bytes(ByteBuffer)
    case end
  }

  private enum Body {
    case none, length(Int)
    case chunked(ChunkedDecoder)
  }

  /// Empty lines before a request line, which RFC 9112 §2.2 says to ignore.
  private static let maxEmptyLines = 4

  private let maxHeadBytes: Int
  /// Bytes of the unfinished head that hold no LF that was not looked at.
  private var scanned = 0
  private var lineStart = 0
  private var emptyLines = 0
  private var body = Body.none

  init(maxHeadBytes: Int) {
    self.maxHeadBytes = maxHeadBytes
  }

  /// The next head, or nil while it is not complete. The head's bytes are taken from `buffer`.
  mutating func nextHead(_ buffer: inout ByteBuffer) throws(RequestFault) -> RequestHead? {
    try skipEmptyLines(&buffer)
    if scanned == 0 && TLSHello.begins(buffer) { throw TLSHello.fault }
    guard let length = try headLength(buffer) else { return nil }
    guard length <= maxHeadBytes else { throw tooLong(buffer) }
    let head = try Self.parse(buffer, length)
    buffer.moveReaderIndex(forwardBy: length)
    (scanned, lineStart, emptyLines) = (0, 0, 0)
    body =
      switch head.bodyLength {
      case .none: .none
      case .known(let length): .length(length)
      case .unknown: .chunked(ChunkedDecoder())
      }
    return head
  }

  /// The next piece of the current request's body.
  mutating func nextBody(_ buffer: inout ByteBuffer) throws(RequestFault) -> BodyStep {
    switch body {
    case .none: return .end
    case .length(let left):
      guard let slice = buffer.readSlice(length: min(left, buffer.readableBytes)), slice.readableBytes > 0 else {
        return .needsMore
      }
      body = left == slice.readableBytes ? .none : .length(left - slice.readableBytes)
      return .bytes(slice)
    case .chunked(var decoder):
      let step = try decoder.next(&buffer)
      body = .chunked(decoder)
      switch step {
      case .needsMore: return .needsMore
      case .bytes(let bytes): return .bytes(bytes)
      case .end:
        body = .none
        return .end
      }
    }
  }

  private mutating func skipEmptyLines(_ buffer: inout ByteBuffer) throws(RequestFault) {
    while lineStart == 0, buffer.readableBytes >= 2,
      buffer.getInteger(at: buffer.readerIndex, as: UInt16.self) == 0x0D0A
    {
      emptyLines += 1
      guard emptyLines <= Self.maxEmptyLines else { throw .bad("no request line") }
      buffer.moveReaderIndex(forwardBy: 2)
      scanned = 0
    }
  }

  /// Bytes up to and with the empty line; looks at each byte once, however slowly they come.
  private mutating func headLength(_ buffer: ByteBuffer) throws(RequestFault) -> Int? {
    if buffer.readableBytes == scanned { return nil }
    let (length, isLineBad) = buffer.withUnsafeReadableBytes { bytes -> (Int?, Bool) in
      while let found = memchr(bytes.baseAddress! + scanned, 0x0A, bytes.count - scanned) {
        let end = UnsafeRawPointer(found) - bytes.baseAddress!
        guard end > lineStart, bytes[end - 1] == 0x0D else { return (nil, true) }
        scanned = end + 1
        if end == lineStart + 1 { return (scanned, false) }
        lineStart = scanned
      }
      scanned = bytes.count
      return (nil, false)
    }
    if isLineBad { throw .bad("a line ends with a bare LF") }
    if length == nil && buffer.readableBytes > maxHeadBytes { throw tooLong(buffer) }
    return length
  }

  /// 414 where the request line alone is too long.
  private func tooLong(_ buffer: ByteBuffer) -> RequestFault {
    let line = buffer.readableBytesView.prefix(maxHeadBytes)
    return line.contains(0x0A)
      ? RequestFault(431, "the request head is longer than \(maxHeadBytes) bytes")
      : RequestFault(414, "the request line is longer than \(maxHeadBytes) bytes")
  }

  private static func parse(_ buffer: ByteBuffer, _ length: Int) throws(RequestFault) -> RequestHead {
    let result = buffer.withUnsafeReadableBytes { bytes -> Result<RequestHead, RequestFault> in
      let bytes = UnsafeBufferPointer(rebasing: bytes.bindMemory(to: UInt8.self)[..<length])
      do throws(RequestFault) { return .success(try HeadParser.parse(bytes)) } catch { return .failure(error) }
    }
    return try result.get()
  }
}
