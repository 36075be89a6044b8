extension JSONScanner {
  /// Position of the first byte at or behind `start` that is not white space (RFC 8259 §2).
  @inline(__always)
  static func skipSpace(_ p: UnsafePointer<UInt8>, _ start: Int, _ n: Int) -> Int {
    var i = start
    while i < n, p[i] <= 0x20, p[i] == 0x20 || p[i] == 0x0A || p[i] == 0x0D || p[i] == 0x09 { i &+= 1 }
    return i
  }

  /// Position behind `word`, or 0 where the text says something else.
  @inline(__always)
  static func word(_ word: StaticString, _ p: UnsafePointer<UInt8>, _ start: Int, _ n: Int) -> Int {
    let length = word.utf8CodeUnitCount
    if n &- start < length { return 0 }
    for offset in 0..<length where p[start &+ offset] != word.utf8Start[offset] { return 0 }
    return start &+ length
  }

  /// Why no value could be read at `start`. Only runs once per faulty document.
  @inline(never)
  static func valueFailure(_ p: UnsafePointer<UInt8>, _ start: Int, _ n: Int) -> JSONError {
    switch p[start] {
    case UInt8(ascii: "t"), UInt8(ascii: "f"), UInt8(ascii: "n"):
      return JSONError(offset: start, reason: .invalidLiteral)
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
      return JSONError(offset: start, reason: .invalidNumber)
    default:
      return JSONError(offset: start, reason: .unexpectedByte(p[start]))
    }
  }
}
