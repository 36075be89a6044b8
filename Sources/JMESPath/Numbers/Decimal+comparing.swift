extension Decimal {
  /// -1, 0 or 1. Exact, and without aligning the exponents: `1e999999999` costs as little as `1`.
  func compared(to other: Decimal) -> Int {
    if case .small(let a, let exponent) = storage, case .small(let b, exponent) = other.storage {
      return a < b ? -1 : a == b ? 0 : 1
    }
    if let order = comparedSmall(to: other) { return order }
    let (mine, theirs) = (sign, other.sign)
    if mine != theirs { return mine < theirs ? -1 : 1 }
    if mine == 0 { return 0 }
    return mine * comparedMagnitude(to: other)
  }

  /// By 64 bits, where both fit with the same exponent.
  private func comparedSmall(to other: Decimal) -> Int? {
    guard case .small(let a, let x) = storage, case .small(let b, let y) = other.storage else { return nil }
    guard abs(x - y) <= 18 else { return nil }
    let (left, leftOverflow) = a.multipliedReportingOverflow(by: x > y ? PowersOfTen.int64[x - y] : 1)
    let (right, rightOverflow) = b.multipliedReportingOverflow(by: y > x ? PowersOfTen.int64[y - x] : 1)
    if leftOverflow || rightOverflow { return nil }
    return left < right ? -1 : left == right ? 0 : 1
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
    return Int(clamping: exponent < 0 ? coefficient / power : coefficient &* power)
  }
}
