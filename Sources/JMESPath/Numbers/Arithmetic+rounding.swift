extension Arithmetic {
  /// How the digits that are cut off change the ones that stay.
  enum Rounding {
    case down, up, halfAwayFromZero
  }

  /// Cuts off everything behind `places` digits after the decimal point; negative `places` count before it. Costs no
  /// more than the number has digits.
  func round(_ value: Decimal, places: Int, _ rounding: Rounding) throws(Failure) -> Decimal {
    _ = try checked(value)
    guard value.exponent < 0 ? -value.exponent > places : places < 0 && value.exponent < -places else { return value }
    if case .small(let coefficient, let exponent) = value.storage, -exponent - places <= 18 {
      return Decimal(cut(coefficient, PowersOfTen.int64[-exponent - places], rounding), exponent: -places)
    }
    let digits = value.digits
    /// How many digits stay.
    let kept = digits.count + value.exponent + places
    let unit = Decimal(1, exponent: -places)
    let base = Decimal(isNegative: value.isNegative, digits: Array(digits.prefix(max(0, kept))), exponent: -places)
    let cut = digits.dropFirst(max(0, kept))
    let isExact = cut.allSatisfy { $0 == 0x30 }
    let awayFromZero =
      switch rounding {
      case .down: value.isNegative && !isExact
      case .up: !value.isNegative && !isExact
      case .halfAwayFromZero: kept >= 0 && (cut.first ?? 0x30) >= 0x35
      }
    guard awayFromZero else { return base }
    return try add(base, value.isNegative ? unit.negated() : unit)
  }

  /// The quotient by a power of ten, as a whole number.
  private func cut(_ coefficient: Int64, _ power: Int64, _ rounding: Rounding) -> Int64 {
    let (quotient, remainder) = coefficient.quotientAndRemainder(dividingBy: power)
    switch rounding {
    case .down: return remainder < 0 ? quotient - 1 : quotient
    case .up: return remainder > 0 ? quotient + 1 : quotient
    case .halfAwayFromZero:
      return remainder.magnitude >= power.magnitude / 2 ? quotient + coefficient.signum() : quotient
    }
  }
}

extension Arithmetic {
  /// `total / count`, rounded once where the parts are small enough for that.
  func mean(_ total: Decimal, _ count: Int) throws(Failure) -> Decimal {
    if case .small(let coefficient, let exponent) = total.storage, (-15..<0).contains(exponent) {
      let (divisor, overflow) = Int64(clamping: count).multipliedReportingOverflow(by: PowersOfTen.int64[-exponent])
      if !overflow, coefficient.magnitude < 1 << 53, divisor < 1 << 53 {
        return try divide(Decimal(coefficient, exponent: 0), Decimal(divisor, exponent: 0))
      }
    }
    return try divide(total, Decimal(Int64(clamping: count), exponent: 0))
  }
}
