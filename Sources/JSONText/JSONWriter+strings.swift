extension JSONWriter {
  /// Writes a string between quotes. Runs that need no escape are copied as one.
  mutating func appendQuoted(_ string: String) {
    append(UInt8(ascii: "\""))
    var string = string
    string.withUTF8 { appendEscaped(UnsafeRawBufferPointer($0)) }
    append(UInt8(ascii: "\""))
  }

  private mutating func appendEscaped(_ text: UnsafeRawBufferPointer) {
    var clean = 0
    while clean < text.count, !overflowed {
      let end = JSONWriter.endOfCleanRun(text, clean)
      append(UnsafeRawBufferPointer(rebasing: text[clean..<end]))
      if end == text.count { return }
      appendEscape(text[end])
      clean = end + 1
    }
  }

  /// Position of the first byte at or behind `start` that has to be escaped: quote, backslash or control.
  private static func endOfCleanRun(_ text: UnsafeRawBufferPointer, _ start: Int) -> Int {
    var i = start
    while i + 8 <= text.count {
      let word = UInt64(littleEndian: text.loadUnaligned(fromByteOffset: i, as: UInt64.self))
      let special = JSONStringScan.specialBytes(word)
      // Bytes above 0x7F are marked as well, and need no escape: the word is looked at byte by byte.
      if special != 0 { break }
      i += 8
    }
    while i < text.count, text[i] >= 0x20, text[i] != UInt8(ascii: "\""), text[i] != UInt8(ascii: "\\") { i += 1 }
    return i
  }

  private mutating func appendEscape(_ byte: UInt8) {
    append(UInt8(ascii: "\\"))
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"): append(byte)
    case 0x08: append(UInt8(ascii: "b"))
    case 0x09: append(UInt8(ascii: "t"))
    case 0x0A: append(UInt8(ascii: "n"))
    case 0x0C: append(UInt8(ascii: "f"))
    case 0x0D: append(UInt8(ascii: "r"))
    default:
      for digit in [UInt8(ascii: "u"), 0x30, 0x30, 0x30 + byte >> 4] { append(digit) }
      append(byte & 0xF < 10 ? 0x30 + byte & 0xF : 0x57 + byte & 0xF)
    }
  }
}
