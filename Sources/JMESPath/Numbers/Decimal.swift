import JSONText

/// An exact decimal number: `coefficient × 10^exponent` in 64 bits where it fits, else its digits. A number of any
/// size can be read and compared; only arithmetic is bounded.
struct Decimal: Sendable {
  enum Storage: Sendable {
    case small(Int64, exponent: Int)
    /// Whole digits without leading or trailing zeros, more than 18 of them or with an exponent that is out of range.
    case large(isNegative: Bool, digits: [UInt8], exponent: Int)
  }

  /// Exponents beyond this are no longer told apart; arithmetic refuses them long before.
  static let exponentBound = 1 << 40

  let storage: Storage

  init(_ coefficient: Int64, exponent: Int) {
    storage = .small(coefficient, exponent: exponent)
  }

  /// Takes digits in ASCII, and drops zeros at both ends.
  init(isNegative: Bool, digits: [UInt8], exponent: Int) {
    var digits = digits[...]
    digits = digits.drop { $0 == 0x30 }
    var exponent = exponent
    while digits.last == 0x30 {
      digits.removeLast()
      exponent += 1
    }
    if digits.count <= 18 {
      let magnitude = digits.reduce(0 as Int64) { $0 * 10 + Int64(truncatingIfNeeded: $1 &- 0x30) }
      storage = .small(isNegative ? -magnitude : magnitude, exponent: magnitude == 0 ? 0 : exponent)
    } else {
      storage = .large(isNegative: isNegative, digits: Array(digits), exponent: exponent)
    }
  }

  /// The text of a valid JSON number.
  init(text: UnsafeRawBufferPointer) {
    var i = 0
    let isNegative = text[0] == UInt8(ascii: "-")
    if isNegative { i = 1 }
    var magnitude: Int64 = 0
    var digitCount = 0
    var exponent = 0
    var isFraction = false
    while i < text.count {
      let byte = text[i]
      if byte == UInt8(ascii: ".") {
        isFraction = true
      } else if byte &- 0x30 < 10 {
        if magnitude != 0 || byte != 0x30 { digitCount &+= 1 }
        if digitCount > 18 {
          self = Decimal.long(text, isNegative: isNegative)
          return
        }
        magnitude = magnitude &* 10 &+ Int64(truncatingIfNeeded: byte &- 0x30)
        if isFraction { exponent &-= 1 }
      } else {
        exponent += Decimal.exponent(text, i + 1)
        break
      }
      i &+= 1
    }
    storage = .small(isNegative ? -magnitude : magnitude, exponent: magnitude == 0 ? 0 : exponent)
  }

  private static func long(_ text: UnsafeRawBufferPointer, isNegative: Bool) -> Decimal {
    var digits: [UInt8] = []
    digits.reserveCapacity(text.count)
    var exponent = 0
    var isFraction = false
    for i in (isNegative ? 1 : 0)..<text.count {
      let byte = text[i]
      if byte == UInt8(ascii: ".") {
        isFraction = true
      } else if byte &- 0x30 < 10 {
        digits.append(byte)
        if isFraction { exponent -= 1 }
      } else {
        exponent += self.exponent(text, i + 1)
        break
      }
    }
    return Decimal(isNegative: isNegative, digits: digits, exponent: exponent)
  }

  /// The number behind an `e`; stays within `exponentBound`.
  private static func exponent(_ text: UnsafeRawBufferPointer, _ start: Int) -> Int {
    var value = 0
    let isNegative = text[start] == UInt8(ascii: "-")
    for i in (isNegative || text[start] == UInt8(ascii: "+") ? start + 1 : start)..<text.count {
      value = min(value * 10 + Int(widening: text[i] &- 0x30), exponentBound)
    }
    return isNegative ? -value : value
  }

  var isZero: Bool {
    if case .small(0, _) = storage { return true }
    return false
  }

  var isNegative: Bool {
    switch storage {
    case .small(let coefficient, _): coefficient < 0
    case .large(let isNegative, _, _): isNegative
    }
  }

  func negated() -> Decimal {
    switch storage {
    case .small(let coefficient, let exponent) where coefficient != .min: Decimal(-coefficient, exponent: exponent)
    default: Decimal(isNegative: !isNegative, digits: digits, exponent: exponent)
    }
  }

  /// All digits in ASCII, without sign.
  var digits: [UInt8] {
    switch storage {
    case .small(let coefficient, _): Array(String(coefficient.magnitude).utf8)
    case .large(_, let digits, _): digits
    }
  }

  var exponent: Int {
    switch storage {
    case .small(_, let exponent): exponent
    case .large(_, _, let exponent): exponent
    }
  }
}

/// In steps, beside the one of the operation itself; nothing where 64 bits suffice.
extension Decimal {
  /// Its digits are read.
  var comparingCost: Int {
    if case .large(_, let digits, _) = storage { digits.count >> 5 } else { 0 }
  }

  /// Its digits become a binary number, or that becomes digits.
  var computingCost: Int {
    if case .large(_, let digits, _) = storage { 4 * digits.count } else { 0 }
  }
}
