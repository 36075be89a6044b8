/// An exact amount with two decimals: a price in euros, a weight in kilograms. Its text keeps trailing zeros (`1.10`).
struct Hundredths: Hashable, Comparable, Sendable {
  var count: Int

  init(_ count: Int) {
    self.count = count
  }

  var text: String {
    let fraction = abs(count) % 100
    return "\(count < 0 ? "-" : "")\(abs(count) / 100).\(fraction < 10 ? "0" : "")\(fraction)"
  }

  static func < (left: Hundredths, right: Hundredths) -> Bool { left.count < right.count }
  static func + (left: Hundredths, right: Hundredths) -> Hundredths { Hundredths(left.count + right.count) }
  static func * (left: Hundredths, times: Int) -> Hundredths { Hundredths(left.count * times) }
}
