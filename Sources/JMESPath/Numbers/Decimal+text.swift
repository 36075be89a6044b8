import JSONText

extension Decimal {
  /// As a value: without trailing zeros behind the decimal point, so that equal results are spelt the same.
  var number: JSONNumber {
    switch storage {
    case .small(var coefficient, var exponent):
      while exponent < 0, coefficient % 10 == 0, coefficient != 0 {
        coefficient /= 10
        exponent += 1
      }
      if coefficient == 0 { return JSONNumber(0) }
      if let exponent = Int32(exactly: exponent) { return JSONNumber(coefficient: coefficient, exponent: exponent) }
    default: break
    }
    let text = JSONNumberText.text(
      isNegative: isNegative, digits: String(decoding: digits, as: UTF8.self), exponent: exponent)
    return JSONNumber(text: text) ?? JSONNumber(0)
  }

  /// The nearest double; nil where that is not finite.
  var double: Double? {
    if case .small(let coefficient, let exponent) = storage, coefficient.magnitude < 1 << 53 {
      // Both parts are exact, so that one operation rounds correctly.
      if exponent == 0 { return Double(coefficient) }
      if exponent < 0, exponent >= -22 { return Double(coefficient) / PowersOfTen.double[-exponent] }
      if exponent > 0, exponent <= 22 { return Double(coefficient) * PowersOfTen.double[exponent] }
    }
    let text = (isNegative ? "-" : "") + String(decoding: digits, as: UTF8.self) + "e" + String(exponent)
    guard let double = Double(text), double.isFinite else { return nil }
    return double
  }

  /// The shortest decimal that reads back as this double.
  init?(_ double: Double) {
    guard double.isFinite else { return nil }
    if double.magnitude < 1e15, let whole = Int64(exactly: double) {
      self.init(whole, exponent: 0)
      return
    }
    var text = double.description
    self = text.withUTF8 { Decimal(text: UnsafeRawBufferPointer($0)) }
  }
}
