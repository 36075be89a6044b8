import Messages

/// Percent-decoding (RFC 3986 §2.1) of bytes in place, without allocation.
package enum Percent {
  static let sign = UInt8(ascii: "%")

  /// The byte at `index`, an escape decoded, and how many bytes it took. An escape that is none is its own `%`.
  @inline(__always)
  static func decoded(_ bytes: UnsafeBufferPointer<UInt8>, at index: Int) -> (byte: UInt8, length: Int) {
    let byte = bytes[index]
    guard byte == sign, index + 2 < bytes.count, let high = Hexadecimal.value(of: bytes[index + 1]),
      let low = Hexadecimal.value(of: bytes[index + 2])
    else { return (byte, 1) }
    return (high << 4 | low, 3)
  }

  /// The decoded text. Invalid UTF-8 is replaced.
  package static func text(_ text: String) -> String {
    var text = text
    return text.withUTF8 { Self.text($0, 0..<$0.count) }
  }

  /// The decoded text of a range; `plusIsSpace` as HTML forms have it. Invalid UTF-8 is replaced.
  static func text(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, plusIsSpace: Bool = false) -> String {
    String(unsafeUninitializedCapacity: range.count) { target in
      var index = range.lowerBound
      var count = 0
      let source = UnsafeBufferPointer(rebasing: bytes[..<range.upperBound])
      while index < range.upperBound {
        let (byte, length) = decoded(source, at: index)
        target[count] = plusIsSpace && length == 1 && byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte
        count += 1
        index += length
      }
      return count
    }
  }
}
