/// Base64 (RFC 4648) without white space and line breaks. Decoding returns `nil` for what is not exactly what encoding
/// would give for these bytes: a text that could be spelt in two ways would make two credentials of one.
package enum Base64 {
  /// Decodes what has `+` and `/`, and is padded (§4).
  @inlinable
  package static func decode(_ text: some BidirectionalCollection<UInt8>) -> [UInt8]? {
    guard text.count.isMultiple(of: 4) else { return nil }
    let padding = text.suffix(2).count { $0 == UInt8(ascii: "=") }
    return bytes(of: text.dropLast(padding), UInt8(ascii: "+"), UInt8(ascii: "/"))
  }

  /// Decodes what is for URLs, as JOSE has it (RFC 7515 §2): with `-` and `_`, without padding.
  @inlinable
  package static func decode(url text: some Collection<UInt8>) -> [UInt8]? {
    guard text.count % 4 != 1 else { return nil }
    return bytes(of: text, UInt8(ascii: "-"), UInt8(ascii: "_"))
  }

  /// `sign62` and `sign63` stand for the last two values.
  @inlinable
  package static func bytes(of text: some Collection<UInt8>, _ sign62: UInt8, _ sign63: UInt8) -> [UInt8]? {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.count / 4 * 3 + 2)
    var bits: UInt32 = 0
    var count: UInt32 = 0
    for character in text {
      guard let value = value(of: character, sign62, sign63) else { return nil }
      bits = bits &<< 6 | value
      count += 6
      guard count >= 8 else { continue }
      count -= 8
      bytes.append(UInt8(truncatingIfNeeded: bits &>> count))
    }
    guard bits & (1 &<< count &- 1) == 0 else { return nil }
    return bytes
  }

  @inlinable @inline(__always)
  package static func value(of character: UInt8, _ sign62: UInt8, _ sign63: UInt8) -> UInt32? {
    switch character {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(truncatingIfNeeded: character &- UInt8(ascii: "A"))
    case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(truncatingIfNeeded: character &- UInt8(ascii: "a") &+ 26)
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(truncatingIfNeeded: character &- UInt8(ascii: "0") &+ 52)
    case sign62: 62
    case sign63: 63
    default: nil
    }
  }
}
