/// Finds the end of a number (RFC 8259 §6).
enum JSONNumberScan {
  /// Position behind the number that begins at `start`, or 0 where it is malformed.
  @inline(__always)
  static func end(_ p: UnsafePointer<UInt8>, _ start: Int, _ n: Int) -> Int {
    var i = start
    if i < n, p[i] == UInt8(ascii: "-") { i &+= 1 }
    if i >= n { return 0 }
    if p[i] == UInt8(ascii: "0") {
      i &+= 1
    } else {
      if !isDigit(p[i]) { return 0 }
      i = digits(p, i, n)
    }
    if i < n, p[i] == UInt8(ascii: ".") {
      let fraction = i &+ 1
      i = digits(p, fraction, n)
      if i == fraction { return 0 }
    }
    if i < n, p[i] | 0x20 == UInt8(ascii: "e") {
      i &+= 1
      if i < n, p[i] == UInt8(ascii: "+") || p[i] == UInt8(ascii: "-") { i &+= 1 }
      let exponent = i
      i = digits(p, exponent, n)
      if i == exponent { return 0 }
    }
    return i
  }

  @inline(__always)
  static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }

  @inline(__always)
  private static func digits(_ p: UnsafePointer<UInt8>, _ start: Int, _ n: Int) -> Int {
    var i = start
    while i < n, isDigit(p[i]) { i &+= 1 }
    return i
  }
}
