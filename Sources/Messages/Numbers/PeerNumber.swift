/// A whole number as a peer wrote it: a backend, a client, Redis. Nothing can be computed with it before it was held to
/// a range, since a sum or a conversion of what a peer chose can end the process.
package struct PeerNumber: Hashable, Sendable {
  private let value: Int64

  package init(_ value: Int64) {
    self.value = value
  }

  /// From decimal digits and nothing else, no sign either; what is beyond `Int64` is its maximum. `nil` for other text.
  package init?(digits: some Sequence<UInt8>) {
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

  /// `nil` outside of `range`.
  package func within<Bound: FixedWidthInteger>(_ range: ClosedRange<Bound>) -> Bound? {
    Bound(exactly: value).flatMap { range.contains($0) ? $0 : nil }
  }

  /// The nearest of `range`.
  package func clamped<Bound: FixedWidthInteger>(to range: ClosedRange<Bound>) -> Bound {
    min(max(Bound(clamping: value), range.lowerBound), range.upperBound)
  }
}

extension PeerNumber: ExpressibleByIntegerLiteral {
  package init(integerLiteral value: Int64) {
    self.value = value
  }
}

// Conversions that can't trap, because every value of the type fits. Where numbers of peers are read, no other bare
// conversion is written: see `PeerNumber`.
extension Int {
  @inlinable package init(widening number: UInt8) { self = Int(truncatingIfNeeded: number) }
  @inlinable package init(widening number: UInt16) { self = Int(truncatingIfNeeded: number) }
  @inlinable package init(widening number: UInt32) { self = Int(truncatingIfNeeded: number) }
  @inlinable package init(widening number: Int32) { self = Int(truncatingIfNeeded: number) }
}
