/// Tells byte by byte whether a run is well-formed UTF-8 (RFC 3629: no surrogates, no overlong forms). A value type.
struct UTF8Check {
  private var missing = 0
  private var lowest: UInt8 = 0x80
  private var highest: UInt8 = 0xBF

  /// No character is left unfinished.
  var isComplete: Bool { missing == 0 }

  /// False: `byte` can't follow what was taken before.
  @inline(__always)
  mutating func take(_ byte: UInt8) -> Bool {
    if missing == 0 && byte < 0x80 { return true }
    return takeSlow(byte)
  }

  private mutating func takeSlow(_ byte: UInt8) -> Bool {
    if missing > 0 {
      guard byte >= lowest && byte <= highest else { return false }
      (lowest, highest) = (0x80, 0xBF)
      missing -= 1
      return true
    }
    switch byte {
    case 0xC2...0xDF: missing = 1
    case 0xE0: (missing, lowest) = (2, 0xA0)
    case 0xED: (missing, highest) = (2, 0x9F)
    case 0xE1...0xEF: missing = 2
    case 0xF0: (missing, lowest) = (3, 0x90)
    case 0xF4: (missing, highest) = (3, 0x8F)
    case 0xF1...0xF3: missing = 3
    default: return false
    }
    return true
  }
}
