import Messages

/// The body that a response's head announces, and whether it is clear where that ends (RFC 9112 §6.3). libcurl takes
/// the last of several lengths, ignores one that it can't read, and prefers chunks to a length; whoever stands behind
/// may take another one, and then one response's rest is the next one's beginning. So a head that can be read in two
/// ways is refused.
struct AnnouncedBody {
  /// The value of `Content-Length`.
  private(set) var length: Int?
  private(set) var isChunked = false
  private(set) var codings = ContentCodings()
  /// The line before was one that is read here.
  private var wasRead = false

  /// A header line with its line end; one that is folded continues the one before it, which is read already. False: the
  /// response is not to be believed.
  mutating func takes(_ line: UnsafeRawBufferPointer, isFolded: Bool = false) -> Bool {
    guard let first = line.first else { return true }
    if isFolded { return !wasRead }
    wasRead = false
    switch first | 0x20 {
    case UInt8(ascii: "c"):
      if let value = Self.value(line, "content-length") {
        wasRead = true
        return takesLengths(value)
      }
      if let value = Self.value(line, "content-encoding") {
        wasRead = true
        codings.add(value)
      }
      return true
    case UInt8(ascii: "t"):
      guard let value = Self.value(line, "transfer-encoding") else { return true }
      wasRead = true
      return takesTransferCoding(value)
    default:
      return true
    }
  }

  /// Repeated lengths are one, if they are the same.
  private mutating func takesLengths(_ value: Slice<UnsafeRawBufferPointer>) -> Bool {
    for element in value.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false) {
      guard let found = Self.number(Self.trimmed(element)), length ?? found == found else { return false }
      length = found
    }
    return !isChunked
  }

  /// Tells whether a coding was agreed upon: only chunks were asked for (`TE` is not sent), and only once.
  private mutating func takesTransferCoding(_ value: Slice<UnsafeRawBufferPointer>) -> Bool {
    let isAgreed = !isChunked && length == nil && Self.equals(Self.trimmed(value), "chunked")
    isChunked = true
    return isAgreed
  }

  /// Returns what follows a name and its colon; `nil` where the line has another name. Where white space stands before
  /// the colon, which some readers take and libcurl does not, the colon is left in: no value is like that.
  private static func value(_ line: UnsafeRawBufferPointer, _ name: StaticString) -> Slice<UnsafeRawBufferPointer>? {
    let count = name.utf8CodeUnitCount
    guard line.count > count, equals(line[..<count], name) else { return nil }
    if line[count] == UInt8(ascii: ":") { return line[(count + 1)...] }
    return isSpace(line[count]) ? line[count...] : nil
  }

  /// `lowercase` has letters and `-` only.
  static func equals(_ bytes: Slice<UnsafeRawBufferPointer>, _ lowercase: StaticString) -> Bool {
    guard bytes.count == lowercase.utf8CodeUnitCount else { return false }
    var expected = lowercase.utf8Start
    for byte in bytes {
      guard byte == expected.pointee || ((0x41...0x5A).contains(byte) && byte | 0x20 == expected.pointee) else {
        return false
      }
      expected += 1
    }
    return true
  }

  static func trimmed(_ bytes: Slice<UnsafeRawBufferPointer>) -> Slice<UnsafeRawBufferPointer> {
    var bytes = bytes
    while let first = bytes.first, isSpace(first) { bytes.removeFirst() }
    while let last = bytes.last, isSpace(last) { bytes.removeLast() }
    return bytes
  }

  private static func isSpace(_ byte: UInt8) -> Bool {
    byte == 32 || byte == 9 || byte == 13 || byte == 10
  }

  /// Digits alone: no sign, and below 2⁶³ - 1. It is only ever counted down.
  private static func number(_ digits: Slice<UnsafeRawBufferPointer>) -> Int? {
    PeerNumber(digits: digits)?.within(0...Int.max - 1)
  }
}
