import Glibc

/// Strings by their code points. UTF-8 sorts like the code points that it spells, so bytes are compared; Swift's own
/// `==` and `<` would take canonically equivalent texts for the same.
enum CodePoints {
  /// -1, 0 or 1.
  static func compare(_ left: String, _ right: String) -> Int {
    var (left, right) = (left, right)
    return left.withUTF8 { a in
      right.withUTF8 { b in
        let order =
          a.isEmpty || b.isEmpty ? 0 : Int(widening: memcmp(a.baseAddress!, b.baseAddress!, min(a.count, b.count)))
        return order != 0 ? order.signum() : (a.count - b.count).signum()
      }
    }
  }

  @inline(__always)
  static func areEqual(_ left: String, _ right: String) -> Bool {
    left.utf8.count == right.utf8.count && compare(left, right) == 0
  }

  /// How many begin in a piece of UTF-8.
  static func count(_ bytes: ArraySlice<UInt8>) -> Int {
    bytes.reduce(0) { $0 + (begins($1) ? 1 : 0) }
  }

  /// The offset of the code point with that index in a piece of UTF-8, or its end.
  static func offset(of index: Int, in bytes: ArraySlice<UInt8>) -> Int {
    var left = index
    for offset in bytes.indices where begins(bytes[offset]) {
      if left == 0 { return offset }
      left -= 1
    }
    return bytes.endIndex
  }

  private static func begins(_ byte: UInt8) -> Bool { byte & 0xC0 != 0x80 }
}
