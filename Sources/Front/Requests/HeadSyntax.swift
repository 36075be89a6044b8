/// Character classes of heads (RFC 9110 §5.6.2, §5.5).
package enum HeadSyntax {
  /// Letters, digits and !#$%&'*+-.^_`|~: a bit for each byte below 128.
  @inlinable @inline(__always)
  package static func isToken(_ byte: UInt8) -> Bool {
    let bits: UInt64 = byte < 64 ? 0x03FF_6CFA_0000_0000 : byte < 128 ? 0x57FF_FFFF_C7FF_FFFE : 0
    return bits >> UInt64(truncatingIfNeeded: byte & 63) & 1 == 1
  }

  package static func isToken(_ text: some StringProtocol) -> Bool {
    !text.isEmpty && text.utf8.allSatisfy { isToken($0) }
  }

  /// Visible characters, space, tab and bytes beyond ASCII: no CR, LF, NUL or other control character.
  @inlinable @inline(__always)
  package static func isFieldValue(_ byte: UInt8) -> Bool {
    byte >= 0x20 && byte != 0x7F || byte == 0x09
  }

  /// Of an IPv6 address as it is written.
  static func isOfAddress(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
      UInt8(ascii: "A")...UInt8(ascii: "F"), UInt8(ascii: ":"), UInt8(ascii: "."):
      true
    default: false
    }
  }

  @inlinable
  package static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
}
