import Hashing
import Messages

/// A name under which entries are purged together: a tag of the definition, a route, or everything. Kept as 128 bits
/// of a SHA-256: entries, indexes and messages stay small, and no user's data stands in Redis' key names.
package struct CacheTag: Hashable, Sendable {
  let high: UInt64
  let low: UInt64

  /// A tag as the definition renders it, such as `user:42`.
  package init(_ text: String) {
    self.init(domain: 1, text)
  }

  /// All entries of one route, by the identity that its keys have.
  package init(route: String) {
    self.init(domain: 2, route)
  }

  /// Every entry.
  package static let all = CacheTag(domain: 3, "")

  private init(domain: UInt8, _ text: String) {
    var digest = Digest()
    digest.update(domain)
    digest.update(counted: text)
    let words = digest.words()
    (high, low) = (words.0, words.1)
  }

  init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  /// 32 lower-case hexadecimal digits.
  package var hex: String {
    withUnsafeBytes(of: (high, low)) { Hexadecimal.text($0) }
  }

  init?(hex: some Sequence<UInt8>) {
    var bytes: [UInt8] = []
    guard Hexadecimal.decode(hex, into: &bytes), bytes.count == 16 else { return nil }
    var words: (UInt64, UInt64) = (0, 0)
    withUnsafeMutableBytes(of: &words) { $0.copyBytes(from: bytes) }
    (high, low) = words
  }
}
