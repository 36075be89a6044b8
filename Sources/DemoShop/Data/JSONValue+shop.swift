import JSONText

extension JSONValue {
  static func number(_ value: Int) -> JSONValue { .number(JSONNumber(value)) }

  /// Two decimals, always: `1.10`.
  static func number(_ value: Hundredths) -> JSONValue {
    .verbatim(value.text)
  }

  /// JSON text that is kept as it is written; `null` where it is none.
  static func verbatim(_ text: String) -> JSONValue {
    (try? JSONText(string: text)).map { .slice($0.root) } ?? .null
  }

  /// As it is sent.
  var rendered: [UInt8] {
    var writer = JSONWriter()
    writer.write(self)
    return writer.bytes
  }
}

/// An exact amount with two decimals: a price in euros, a weight in kilograms. Its text keeps trailing zeros (`1.10`).
struct Hundredths: Hashable, Comparable, Sendable {
  var count: Int

  init(_ count: Int) {
    self.count = count
  }

  /// Fails where it has more than two decimals, an exponent, or more digits than fit.
  init?(text: some StringProtocol) {
    let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    let fraction = parts.count > 1 ? parts[1] : ""
    guard fraction.utf8.count <= 2 else { return nil }
    let zeros = String(repeating: "0", count: 2 - fraction.utf8.count)
    guard let count = Int("\(parts[0])\(fraction)\(zeros)") else { return nil }
    self.init(count)
  }

  var text: String {
    let fraction = abs(count) % 100
    return "\(count < 0 ? "-" : "")\(abs(count) / 100).\(fraction < 10 ? "0" : "")\(fraction)"
  }

  static func < (left: Hundredths, right: Hundredths) -> Bool { left.count < right.count }
  static func + (left: Hundredths, right: Hundredths) -> Hundredths { Hundredths(left.count + right.count) }
  static func * (left: Hundredths, times: Int) -> Hundredths { Hundredths(left.count * times) }
}
