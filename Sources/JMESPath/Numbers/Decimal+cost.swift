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
