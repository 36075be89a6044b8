/// A number of any size, without loss: `coefficient × 10^exponent`, or its text.
///
/// There is no arithmetic here; two numbers that are spelt differently are not told apart or found equal.
public struct JSONNumber: Sendable {
  enum Storage: Sendable {
    case decimal(coefficient: Int64, exponent: Int32)
    case text(String)
  }

  let storage: Storage

  /// An integer.
  public init(_ value: Int) {
    storage = .decimal(coefficient: Int64(clamping: value), exponent: 0)
  }

  /// `coefficient × 10^exponent`, exactly.
  public init(coefficient: Int64, exponent: Int32 = 0) {
    storage = .decimal(coefficient: coefficient, exponent: exponent)
  }

  /// A number by its text, which is kept as it is; nil where it is not a JSON number.
  public init?(text: String) {
    var copy = text
    let isNumber = copy.withUTF8 { bytes in
      guard let base = bytes.baseAddress, !bytes.isEmpty else { return false }
      return JSONNumberScan.end(base, 0, bytes.count) == bytes.count
    }
    guard isNumber else { return nil }
    storage = .text(text)
  }

  /// The parts of a number that was computed and is small; nil for one that is held as text.
  @inline(__always)
  public var decimal: (coefficient: Int64, exponent: Int32)? {
    if case .decimal(let coefficient, let exponent) = storage { return (coefficient, exponent) }
    return nil
  }

  /// The number as JSON: its own text, or the plain decimal form (with an exponent where that would be over 21 digits
  /// or start with more than six zeros).
  public var text: String {
    switch storage {
    case .text(let text): text
    case .decimal(let coefficient, let exponent): JSONNumberText.decimal(coefficient, exponent)
    }
  }
}
