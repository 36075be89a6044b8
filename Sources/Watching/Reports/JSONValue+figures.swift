import JSONText

extension JSONValue {
  /// A figure with two decimals at most; `null` where there is none.
  package static func rounded(_ value: Double?) -> JSONValue {
    guard let value, value.isFinite else { return .null }
    return fraction(value, digits: 2)
  }

  /// A share, 0 to 1, with four decimals at most; `null` where there is none.
  package static func share(_ value: Double?) -> JSONValue {
    guard let value, value.isFinite else { return .null }
    return fraction(value, digits: 4)
  }

  private static func fraction(_ value: Double, digits: Int32) -> JSONValue {
    var scale = 1.0
    for _ in 0..<digits { scale *= 10 }
    var coefficient = Int64(exactly: (value * scale).rounded()) ?? .max
    var exponent = -digits
    while exponent < 0, coefficient % 10 == 0 {
      coefficient /= 10
      exponent += 1
    }
    return .number(JSONNumber(coefficient: coefficient, exponent: exponent))
  }

  package static func count(_ value: UInt64) -> JSONValue { .number(JSONNumber(Int(clamping: value))) }

  package static func text(_ value: String?) -> JSONValue { value.map { .string($0) } ?? .null }
}
