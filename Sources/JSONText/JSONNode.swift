/// One value or key of a document: 16 bytes, in the order of the text. A container's contents follow it, a key's
/// value follows the key.
struct JSONNode {
  /// Offset of the first byte.
  var start: UInt32
  /// Offset behind the last byte.
  var end: UInt32
  /// Number of the first node that is not part of this one: the next sibling, where there is one.
  var next: UInt32
  /// Kind in the low four bits, then the flags, then 24 bits of count.
  var tag: UInt32

  /// A member's name: as a string, but not a value.
  static let key: UInt32 = 8
  static let kindMask: UInt32 = 0xF
  /// The string holds a backslash.
  static let hasEscapes: UInt32 = 0x10
  /// The string holds bytes above 0x7F.
  static let hasNonASCII: UInt32 = 0x20
  static let countShift: UInt32 = 8
  /// A count of this or more is not stored and has to be walked for.
  static let countCeiling: UInt32 = 0xFF_FFFF

  @inline(__always) var kind: JSONKind {
    switch tag & JSONNode.kindMask {
    case 1: .object
    case 2: .array
    case 4: .number
    case 5: .true
    case 6: .false
    case 7: .null
    default: .string
    }
  }

  @inline(__always) var storedCount: UInt32 { tag >> JSONNode.countShift }
  @inline(__always) var isEscaped: Bool { tag & JSONNode.hasEscapes != 0 }
}

/// The seven things that a JSON value can be (RFC 8259 tells `true` and `false` apart, and so does this).
public enum JSONKind: UInt8, Sendable {
  /// `{…}`
  case object = 1
  /// `[…]`
  case array = 2
  /// `"…"`
  case string = 3
  /// A number of any size; its text is what counts.
  case number = 4
  /// `true`
  case `true` = 5
  /// `false`
  case `false` = 6
  /// `null`
  case null = 7
}
