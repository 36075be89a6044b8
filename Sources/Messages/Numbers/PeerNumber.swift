import JSONText

/// A whole number as a peer wrote it: a backend, a client, Redis. Nothing can be computed with it before it was held to
/// a range, since a sum or a conversion of what a peer chose can end the process.
package struct PeerNumber: Hashable, Sendable {
  @usableFromInline let value: Int64

  @inlinable package init(_ value: Int64) {
    self.value = value
  }

  /// Reads decimal digits and nothing else, no sign either; what is beyond `Int64` is its maximum. `nil` for other
  /// text.
  @inlinable package init?(digits: some Sequence<UInt8>) {
    var value: Int64 = 0
    var isEmpty = true
    for digit in digits {
      guard (0x30...0x39).contains(digit) else { return nil }
      isEmpty = false
      let (tens, isTooLarge) = value.multipliedReportingOverflow(by: 10)
      let (sum, isTooLargeNow) = tens.addingReportingOverflow(Int64(truncatingIfNeeded: digit) - 0x30)
      value = isTooLarge || isTooLargeNow ? .max : sum
    }
    guard !isEmpty else { return nil }
    self.value = value
  }

  /// Reads decimal digits, with a sign or without; saturates. `nil` for other text.
  package init?(_ text: some StringProtocol) {
    let isNegative = text.utf8.first == UInt8(ascii: "-")
    let isSigned = isNegative || text.utf8.first == UInt8(ascii: "+")
    guard let number = PeerNumber(digits: text.utf8.dropFirst(isSigned ? 1 : 0)) else { return nil }
    // The least of `Int64` comes out as the one above it: nothing is computed with either.
    self.value = isNegative ? -number.value : number.value
  }

  /// `nil` outside of `range`.
  @inlinable package func within<Bound: FixedWidthInteger>(_ range: ClosedRange<Bound>) -> Bound? {
    Bound(exactly: value).flatMap { range.contains($0) ? $0 : nil }
  }

  /// The nearest of `range`.
  @inlinable package func clamped<Bound: FixedWidthInteger>(to range: ClosedRange<Bound>) -> Bound {
    min(max(Bound(clamping: value), range.lowerBound), range.upperBound)
  }
}

extension PeerNumber: ExpressibleByIntegerLiteral {
  package init(integerLiteral value: Int64) {
    self.value = value
  }
}

extension StringProtocol {
  /// The number that decimal digits and nothing else spell, where it is in `range`.
  package func number(in range: ClosedRange<Int>) -> Int? {
    PeerNumber(digits: utf8)?.within(range)
  }
}

extension JSONValue {
  /// Returns a number without sign, fraction and exponent, where it is in `range`.
  package func number(in range: ClosedRange<Int>) -> Int? {
    numberText?.number(in: range)
  }
}
