/// A set of HTTP statuses, 100 to 599.
package struct StatusSet: Hashable, Sendable {
  private var words: SIMD16<UInt64> = .zero

  package init() {}

  package init(_ statuses: some Sequence<Int>) {
    for status in statuses { insert(status) }
  }

  /// 200–299: what counts as success unless a call says otherwise.
  package static let success = StatusSet(200...299)

  /// Passed through from a failed required call unless the route says otherwise.
  package static let defaultPass = StatusSet([401, 403, 404, 409, 410, 422, 429])

  /// Statuses outside 0–1023 are ignored.
  package mutating func insert(_ status: Int) {
    guard (0..<1024).contains(status) else { return }
    words[status >> 6] |= 1 << UInt64(truncatingIfNeeded: status & 63)
  }

  /// The lowest status that both have.
  package func common(with other: StatusSet) -> Int? {
    (0..<1024).first { contains($0) && other.contains($0) }
  }

  package func contains(_ status: Int) -> Bool {
    (0..<1024).contains(status) && words[status >> 6] & 1 << UInt64(truncatingIfNeeded: status & 63) != 0
  }
}
