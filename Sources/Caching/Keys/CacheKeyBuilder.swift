import Hashing

/// Derives a key from what a request says, without building any text in between.
///
/// Each input is a record of kind, name, presence and value, each with its own count, so two different lists of
/// records never feed the hash the same bytes: nothing in a value can pass for the next record. Absent and empty
/// differ. The order counts, so the compiled route feeds its inputs in one fixed order (sorted by kind and name).
package struct CacheKeyBuilder {
  /// The place that an input comes from. Raw values are part of the key: never renumber them.
  package enum Kind: UInt8, Sendable, CaseIterable {
    case path = 1
    case query = 2
    case queryList = 3
    case header = 4
    case cookie = 5
    case claim = 6
    case client = 7
    case body = 8
    case host = 9
    /// A part of a call's resolved request, for its own key (method, backend, target, a header, its body).
    case call = 10
    case identity = 11
  }

  private enum Presence {
    static let absent: UInt8 = 0
    static let text: UInt8 = 1
    static let list: UInt8 = 2
    static let bytes: UInt8 = 3
  }

  /// Changes with every change of the encoding, so that old and new processes never share an entry.
  private static let encoding: UInt32 = 1

  private var digest = Digest()

  /// - Parameters:
  ///   - route: the route's identity: its BFF, hosts, method and pattern; for a call also the call's name.
  ///   - fingerprint: of the compiled definition; an edited route never serves old shapes.
  package init(route: String, fingerprint: String) {
    digest.update(CacheKeyBuilder.encoding)
    digest.update(counted: route)
    digest.update(counted: fingerprint)
  }

  /// One input; `nil` where the request has none.
  package mutating func add(_ kind: Kind, _ name: String, _ value: String?) {
    begin(kind, name)
    guard let value else {
      digest.update(Presence.absent)
      return
    }
    digest.update(Presence.text)
    digest.update(counted: value)
  }

  /// An input with several values, in their order.
  package mutating func add(_ kind: Kind, _ name: String, list values: [String]) {
    begin(kind, name)
    digest.update(Presence.list)
    digest.update(UInt32(clamping: values.count))
    for value in values { digest.update(counted: value) }
  }

  /// An input of raw bytes, such as a request body.
  package mutating func add(_ kind: Kind, _ name: String, bytes: [UInt8]) {
    begin(kind, name)
    digest.update(Presence.bytes)
    digest.update(UInt64(clamping: bytes.count))
    bytes.withUnsafeBytes { digest.update($0) }
  }

  /// The key of what was added so far.
  package func key() -> CacheKey {
    CacheKey(digest.words())
  }

  private mutating func begin(_ kind: Kind, _ name: String) {
    digest.update(kind.rawValue)
    digest.update(counted: name)
  }
}
