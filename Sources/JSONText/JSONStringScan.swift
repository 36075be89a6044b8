/// Finds the end of a string and what is in it (RFC 8259 §7). Eight bytes at a time while they are plain.
enum JSONStringScan {
  private static let ones: UInt64 = 0x0101_0101_0101_0101
  private static let highs: UInt64 = 0x8080_8080_8080_8080

  /// Position behind the closing quote of the string that opens at `start`, or 0 where it is invalid.
  @inline(__always)
  static func end(_ p: UnsafePointer<UInt8>, _ start: Int, _ n: Int, _ flags: inout UInt32) -> Int {
    var i = start &+ 1
    while true {
      i = skipPlain(p, i, n)
      if i >= n { return 0 }
      let byte = p[i]
      if byte == UInt8(ascii: "\"") { return i &+ 1 }
      if byte == UInt8(ascii: "\\") {
        flags |= JSONNode.hasEscapes
        let length = escapeLength(p, i, n)
        if length == 0 { return 0 }
        i &+= length
      } else if byte < 0x20 {
        return 0
      } else if byte < 0x80 {
        i &+= 1
      } else {
        flags |= JSONNode.hasNonASCII
        let length = UTF8Sequence.length(p, i, n)
        if length == 0 { return 0 }
        i &+= length
      }
    }
  }

  /// Position of the first byte that is not certain to be plain: a quote, backslash, control or non-ASCII byte, or
  /// one of the last seven bytes of the text.
  @inline(__always)
  private static func skipPlain(_ p: UnsafePointer<UInt8>, _ start: Int, _ n: Int) -> Int {
    var i = start
    while i &+ 8 <= n {
      let word = UnsafeRawPointer(p).loadUnaligned(fromByteOffset: i, as: UInt64.self)
      let special = specialBytes(UInt64(littleEndian: word))
      if special != 0 { return i &+ special.trailingZeroBitCount >> 3 }
      i &+= 8
    }
    return i
  }

  /// The high bit of every byte that needs a look. A byte above the first such one may be marked wrongly (the
  /// subtraction borrows), the first one never is.
  @inline(__always)
  static func specialBytes(_ word: UInt64) -> UInt64 {
    let quote = word ^ (ones &* 0x22)
    let backslash = word ^ (ones &* 0x5C)
    return
      (((quote &- ones) & ~quote) | ((backslash &- ones) & ~backslash) | (word &- (ones &* 0x20)) | word) & highs
  }

  /// Length of the escape at `i`, or 0. A lone surrogate is let pass: RFC 8259 §8.2 leaves it open.
  @inline(__always)
  private static func escapeLength(_ p: UnsafePointer<UInt8>, _ i: Int, _ n: Int) -> Int {
    if i &+ 1 >= n { return 0 }
    switch p[i &+ 1] {
    case UInt8(ascii: "u"):
      if i &+ 5 >= n { return 0 }
      for offset in 2...5 where !isHexDigit(p[i &+ offset]) { return 0 }
      return 6
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
      UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
      return 2
    default:
      return 0
    }
  }

  @inline(__always)
  private static func isHexDigit(_ byte: UInt8) -> Bool {
    byte &- 0x30 < 10 || (byte | 0x20) &- 0x61 < 6
  }

  /// Why the string that opens at `start` is invalid. Only runs once per faulty document.
  @inline(never)
  static func failure(_ p: UnsafePointer<UInt8>, _ start: Int, _ n: Int) -> JSONError {
    var i = start + 1
    while i < n {
      if p[i] == UInt8(ascii: "\\") {
        let length = escapeLength(p, i, n)
        if length == 0 { return JSONError(offset: i, reason: .invalidString) }
        i += length
      } else if p[i] < 0x20 {
        return JSONError(offset: i, reason: .invalidString)
      } else if p[i] < 0x80 {
        i += 1
      } else {
        let length = UTF8Sequence.length(p, i, n)
        if length == 0 { return JSONError(offset: i, reason: .invalidUTF8) }
        i += length
      }
    }
    return JSONError(offset: n, reason: .unexpectedEnd)
  }
}
