extension Decimal {
  /// -1, 0 or 1. Exact, and without aligning the exponents: `1e999999999` costs as little as `1`.
  func compared(to other: Decimal) -> Int {
    if case .small(let a, let exponent) = storage, case .small(let b, exponent) = other.storage {
      return a < b ? -1 : a == b ? 0 : 1
    }
    let (mine, theirs) = (sign, other.sign)
    if mine != theirs { return mine < theirs ? -1 : 1 }
    if mine == 0 { return 0 }
    return mine * comparedMagnitude(to: other)
  }

  private var sign: Int {
    isZero ? 0 : isNegative ? -1 : 1
  }

  private func comparedMagnitude(to other: Decimal) -> Int {
    let (a, b) = (digits, other.digits)
    // Where the decimal point stands behind the first digit's place.
    let (pointA, pointB) = (a.count + exponent, b.count + other.exponent)
    if pointA != pointB { return pointA < pointB ? -1 : 1 }
    for place in 0..<max(a.count, b.count) {
      let (x, y) = (place < a.count ? a[place] : 0x30, place < b.count ? b[place] : 0x30)
      if x != y { return x < y ? -1 : 1 }
    }
    return 0
  }
}

extension Decimal {
  /// True for a number without a fraction, such as `2.0`.
  var isInteger: Bool {
    if exponent >= 0 || isZero { return true }
    return digits.reversed().prefix { $0 == 0x30 }.count >= -exponent
  }

  /// The value of an integer that is known to fit.
  var smallInteger: Int {
    guard case .small(let coefficient, let exponent) = storage, exponent.magnitude <= 18 else { return 0 }
    let power = PowersOfTen.int64[abs(exponent)]
    return Int(exponent < 0 ? coefficient / power : coefficient &* power)
  }
}
