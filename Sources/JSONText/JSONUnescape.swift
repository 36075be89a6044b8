/// Resolves the escapes of a validated string's content.
enum JSONUnescape {
  /// The decoded text; a lone surrogate becomes U+FFFD.
  static func string(_ content: UnsafeRawBufferPointer) -> String {
    String(unsafeUninitializedCapacity: content.count) { buffer in
      var written = 0
      forEachByte(content) {
        buffer[written] = $0
        written += 1
        return true
      }
      return written
    }
  }

  /// True where the decoded text has exactly these bytes. Allocates nothing.
  static func equals(_ content: UnsafeRawBufferPointer, _ other: UnsafeRawBufferPointer) -> Bool {
    var at = 0
    let isPrefix = forEachByte(content) {
      guard at < other.count, other[at] == $0 else { return false }
      at += 1
      return true
    }
    return isPrefix && at == other.count
  }

  /// Passes on every byte of the decoded text until `body` says false; returns whether it came to the end. Decoding
  /// never lengthens a text.
  @inline(__always)
  @discardableResult
  private static func forEachByte(_ content: UnsafeRawBufferPointer, _ body: (UInt8) -> Bool) -> Bool {
    var i = 0
    while i < content.count {
      let byte = content[i]
      if byte != UInt8(ascii: "\\") {
        guard body(byte) else { return false }
        i += 1
        continue
      }
      let escaped = content[i + 1]
      if escaped != UInt8(ascii: "u") {
        guard body(simple(escaped)) else { return false }
        i += 2
        continue
      }
      let (scalar, length) = unicode(content, i)
      i += length
      for byte in UTF8.encode(scalar)! {
        guard body(byte) else { return false }
      }
    }
    return true
  }

  private static func simple(_ escaped: UInt8) -> UInt8 {
    switch escaped {
    case UInt8(ascii: "b"): 0x08
    case UInt8(ascii: "f"): 0x0C
    case UInt8(ascii: "n"): 0x0A
    case UInt8(ascii: "r"): 0x0D
    case UInt8(ascii: "t"): 0x09
    default: escaped
    }
  }

  /// The scalar of the `\u` escape at `i` and the length of what spells it: a surrogate pair takes two escapes.
  private static func unicode(_ content: UnsafeRawBufferPointer, _ i: Int) -> (Unicode.Scalar, Int) {
    let first = hex(content, i + 2)
    if let scalar = Unicode.Scalar(first) { return (scalar, 6) }
    if first < 0xDC00, i + 11 < content.count, content[i + 6] == UInt8(ascii: "\\"),
      content[i + 7] == UInt8(ascii: "u")
    {
      let second = hex(content, i + 8)
      if (0xDC00...0xDFFF).contains(second) {
        let value = 0x10000 + (first - 0xD800) << 10 + (second - 0xDC00)
        return (Unicode.Scalar(value) ?? "\u{FFFD}", 12)
      }
    }
    return ("\u{FFFD}", 6)
  }

  private static func hex(_ content: UnsafeRawBufferPointer, _ start: Int) -> UInt32 {
    var value: UInt32 = 0
    for i in start..<start + 4 {
      let digit = content[i]
      value = value << 4 | UInt32(truncatingIfNeeded: digit <= 0x39 ? digit - 0x30 : (digit | 0x20) - 0x57)
    }
    return value
  }
}
