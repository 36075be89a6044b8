/// Which addresses a request was already sent to, in one word. Exact for the first 64 addresses of a backend; beyond
/// that an address shares its place with others, which at worst makes a retry avoid one address too many.
struct TriedAddresses: Sendable {
  private var bits: UInt64 = 0

  var isEmpty: Bool { bits == 0 }

  mutating func insert(_ address: Int) {
    bits |= 1 << UInt64(truncatingIfNeeded: address & 63)
  }

  func contains(_ address: Int) -> Bool {
    bits & (1 << UInt64(truncatingIfNeeded: address & 63)) != 0
  }
}
