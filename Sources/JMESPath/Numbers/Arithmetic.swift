import BigInt

/// Exact arithmetic with a bound on the digits of operands, results and everything between. 64 bits where they
/// suffice, else `BigInt`.
struct Arithmetic {
  enum Failure: Error {
    case tooManyDigits
    case divisionByZero
    case notFinite
  }

  /// Exponents beyond this are refused.
  static let exponentLimit = 1_000_000_000

  let maxDigits: Int

  func add(_ a: Decimal, _ b: Decimal) throws(Failure) -> Decimal {
    if a.isZero { return try checked(b) }
    if b.isZero { return try checked(a) }
    let exponent = min(a.exponent, b.exponent)
    if let x = small(a, at: exponent), let y = small(b, at: exponent) {
      let (sum, overflow) = x.addingReportingOverflow(y)
      if !overflow { return try checked(Decimal(sum, exponent: exponent)) }
    }
    return try decimal(try big(a, at: exponent) + (try big(b, at: exponent)), exponent)
  }

  func multiply(_ a: Decimal, _ b: Decimal) throws(Failure) -> Decimal {
    if a.isZero || b.isZero { return Decimal(0, exponent: 0) }
    _ = try checked(a)
    _ = try checked(b)
    let exponent = a.exponent + b.exponent
    if case .small(let x, _) = a.storage, case .small(let y, _) = b.storage {
      let (product, overflow) = x.multipliedReportingOverflow(by: y)
      if !overflow { return try checked(Decimal(product, exponent: exponent)) }
    }
    return try decimal(try big(a, at: a.exponent) * (try big(b, at: b.exponent)), exponent)
  }

  /// In double precision, and spelt as short as it can be.
  func divide(_ a: Decimal, _ b: Decimal) throws(Failure) -> Decimal {
    if b.isZero { throw .divisionByZero }
    guard let x = a.double, let y = b.double, let quotient = Decimal(x / y) else { throw .notFinite }
    return quotient
  }

  /// The largest integer that is not above the exact quotient.
  func floorDivide(_ a: Decimal, _ b: Decimal) throws(Failure) -> Decimal {
    if b.isZero { throw .divisionByZero }
    if a.isZero { return a }
    let exponent = min(a.exponent, b.exponent)
    if let x = small(a, at: exponent), let y = small(b, at: exponent), x != .min {
      let (quotient, remainder) = x.quotientAndRemainder(dividingBy: y)
      return Decimal(remainder != 0 && (x < 0) != (y < 0) ? quotient - 1 : quotient, exponent: 0)
    }
    let (x, y) = (try big(a, at: exponent), try big(b, at: exponent))
    let (quotient, remainder) = x.quotientAndRemainder(dividingBy: y)
    return try decimal(!remainder.isZero && (x < 0) != (y < 0) ? quotient - 1 : quotient, 0)
  }

  /// What is left of the exact division; has the dividend's sign.
  func remainder(_ a: Decimal, _ b: Decimal) throws(Failure) -> Decimal {
    if b.isZero { throw .divisionByZero }
    if a.isZero { return a }
    let exponent = min(a.exponent, b.exponent)
    if let x = small(a, at: exponent), let y = small(b, at: exponent), x != .min {
      return Decimal(x % y, exponent: exponent)
    }
    return try decimal(try big(a, at: exponent) % (try big(b, at: exponent)), exponent)
  }

  /// The coefficient for a smaller exponent, where 64 bits hold it.
  private func small(_ value: Decimal, at exponent: Int) -> Int64? {
    guard case .small(let coefficient, let own) = value.storage, own - exponent <= 18 else { return nil }
    if own == exponent { return coefficient }
    let (scaled, overflow) = coefficient.multipliedReportingOverflow(by: PowersOfTen.int64[own - exponent])
    return overflow ? nil : scaled
  }

  private func big(_ value: Decimal, at exponent: Int) throws(Failure) -> BigInt {
    let digits = value.digits
    let zeros = value.exponent - exponent
    guard zeros <= maxDigits, digits.count + zeros <= maxDigits else { throw .tooManyDigits }
    let text = String(decoding: digits + Array(repeating: 0x30, count: zeros), as: UTF8.self)
    let magnitude = BigInt(text, radix: 10) ?? 0
    return value.isNegative ? -magnitude : magnitude
  }

  private func decimal(_ value: BigInt, _ exponent: Int) throws(Failure) -> Decimal {
    let digits = Array(String(value.magnitude, radix: 10).utf8)
    return try checked(Decimal(isNegative: value < 0, digits: digits, exponent: exponent))
  }

  /// Refuses a number with too many digits or too large an exponent.
  func checked(_ value: Decimal) throws(Failure) -> Decimal {
    if case .large(_, let digits, _) = value.storage, digits.count > maxDigits { throw .tooManyDigits }
    if value.exponent.magnitude > Arithmetic.exponentLimit { throw .tooManyDigits }
    return value
  }
}

/// Powers of ten that a type holds exactly.
enum PowersOfTen {
  static let int64: [Int64] = (0...18).map { exponent in (0..<exponent).reduce(1) { power, _ in power * 10 } }
  static let double: [Double] = [
    1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
    1e21, 1e22,
  ]
}
