/// Well-formed UTF-8 above ASCII (RFC 3629 §4: no overlong forms, no surrogates, nothing above U+10FFFF).
enum UTF8Sequence {
  /// Length in bytes of the sequence at `i`, whose first byte is above 0x7F; 0 where it is malformed.
  @inline(__always)
  static func length(_ p: UnsafePointer<UInt8>, _ i: Int, _ n: Int) -> Int {
    let lead = p[i]
    if lead < 0xC2 { return 0 }
    if lead < 0xE0 { return i &+ 1 < n && isContinuation(p[i &+ 1]) ? 2 : 0 }
    if lead < 0xF0 { return isThree(p, i, n) ? 3 : 0 }
    return lead < 0xF5 && isFour(p, i, n) ? 4 : 0
  }

  @inline(__always)
  private static func isContinuation(_ byte: UInt8) -> Bool { byte & 0xC0 == 0x80 }

  @inline(__always)
  private static func isThree(_ p: UnsafePointer<UInt8>, _ i: Int, _ n: Int) -> Bool {
    if i &+ 2 >= n || !isContinuation(p[i &+ 1]) || !isContinuation(p[i &+ 2]) { return false }
    if p[i] == 0xE0 { return p[i &+ 1] >= 0xA0 }
    if p[i] == 0xED { return p[i &+ 1] < 0xA0 }
    return true
  }

  @inline(__always)
  private static func isFour(_ p: UnsafePointer<UInt8>, _ i: Int, _ n: Int) -> Bool {
    if i &+ 3 >= n { return false }
    for offset in 1...3 where !isContinuation(p[i &+ offset]) { return false }
    if p[i] == 0xF0 { return p[i &+ 1] >= 0x90 }
    if p[i] == 0xF4 { return p[i &+ 1] < 0x90 }
    return true
  }
}
