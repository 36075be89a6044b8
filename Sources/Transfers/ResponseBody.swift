/// *Confined to its handle.* Follows a response's body as it comes and knows where it ends (RFC 9112 §6.3), also when
/// libcurl gives the transfer up; takes chunks apart (RFC 9112 §7.1), of which libcurl is told to hand out the raw
/// bytes. libcurl reads them too, so what it lets pass (bare LF, anything behind a size) passes here. Holds no bytes
/// but trailers.
struct ResponseBody {
  /// The way in which the end is known: by libcurl where there is no length, as over HTTP/2, and before the head.
  private enum Form { case libcurls, length, chunks }

  private enum State {
    case size, behindSize, data, behindData, trailers, end, broken
  }

  /// More are refused.
  private static let maxTrailers = 256 * 1024
  /// The bytes that may stand beside size and data of one chunk; more are refused.
  private static let maxExtension = 4096

  private var form = Form.libcurls
  private var state = State.size
  /// The bytes of the body or of the chunk that are still to come.
  private var left = 0
  private var digits = 0
  private var lineLength = 0
  private var lastByte: UInt8 = 0
  /// Lines with their ends, as they came.
  private(set) var trailers: [UInt8] = []
  /// Bytes came behind the end.
  private(set) var hasExcess = false

  /// All of it came. Never so where only libcurl knows.
  var isWhole: Bool { form != .libcurls && state == .end }
  var isBroken: Bool { state == .broken }

  /// Makes ready for the next response.
  mutating func reset() {
    form = .libcurls
    state = .size
    hasExcess = false
    trailers.removeAll()
  }

  /// Begins after a final head.
  mutating func begin(after head: borrowing ResponseHead, hasNone: Bool) {
    reset()
    left = 0
    if hasNone || head.status == 204 || head.status == 304 {
      form = .length
    } else if head.body.isChunked, !head.isHTTP2 {
      form = .chunks
      digits = 0
      lineLength = 0
      return
    } else if let length = head.body.length {
      form = .length
      left = length
    } else {
      return
    }
    state = left == 0 ? .end : .data
  }

  /// The next piece of content, or `nil` where the rest has been looked through.
  mutating func next(_ rest: inout UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
    if form == .libcurls {
      defer { rest = UnsafeRawBufferPointer(rebasing: rest.suffix(0)) }
      return rest.isEmpty ? nil : rest
    }
    while let byte = rest.first {
      switch state {
      case .data:
        let piece = UnsafeRawBufferPointer(rebasing: rest.prefix(left))
        rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(left))
        left -= piece.count
        if left == 0 { state = form == .length ? .end : .behindData }
        return piece
      case .end, .broken:
        hasExcess = hasExcess || state == .end
        return nil
      default:
        take(byte)
        rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst())
      }
    }
    return nil
  }

  /// A line that libcurl hands out behind the body: over HTTP/2. False: too many.
  mutating func takesTrailer(_ line: UnsafeRawBufferPointer) -> Bool {
    guard line.first != 13, line.first != 10 else { return true }
    trailers.append(contentsOf: line)
    return trailers.count <= Self.maxTrailers
  }

  private mutating func take(_ byte: UInt8) {
    switch state {
    case .size:
      if let digit = Self.hexadecimal(byte) {
        digits += 1
        left = left << 4 | digit
        if digits > 16 || left < 0 || left > Int.max >> 4 && digits == 16 { state = .broken }
      } else if digits == 0 {
        state = .broken
      } else {
        state = .behindSize
        take(byte)
      }
    case .behindSize:
      if byte == 10 {
        state = left == 0 ? .trailers : .data
        lineLength = 0
      } else {
        takeExtension()
      }
    case .behindData:
      if byte == 10 {
        state = .size
        digits = 0
        lineLength = 0
      } else if byte == 13 {
        takeExtension()
      } else {
        state = .broken
      }
    default: takeTrailer(byte)
    }
  }

  private mutating func takeExtension() {
    lineLength += 1
    if lineLength > Self.maxExtension { state = .broken }
  }

  private mutating func takeTrailer(_ byte: UInt8) {
    let isBehindCR = lineLength > 0 && lastByte == 13
    lastByte = byte
    lineLength += 1
    if byte == 10 {
      let isBlank = lineLength == 1 || lineLength == 2 && isBehindCR
      if isBlank {
        trailers.removeLast(lineLength - 1)
        state = .end
        return
      }
      lineLength = 0
    } else if isBehindCR {
      state = .broken
    }
    trailers.append(byte)
    if trailers.count > Self.maxTrailers { state = .broken }
  }

  private static func hexadecimal(_ byte: UInt8) -> Int? {
    switch byte {
    case 0x30...0x39: Int(widening: byte) - 0x30
    case 0x41...0x46: Int(widening: byte) - 0x41 + 10
    case 0x61...0x66: Int(widening: byte) - 0x61 + 10
    default: nil
    }
  }
}
