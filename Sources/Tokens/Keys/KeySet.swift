import Hashing
import Plans

/// The keys of a provider that can be used. *Immutable.*
package struct KeySet: Sendable {
  /// The most keys of a set: a token without `kid` is tried with all that fit it.
  static let mostKeys = 64

  package let keys: [VerificationKey]
  /// The issuer that the keys were published by, where it told of itself.
  package var issuer: String?
  /// Tells one set from another.
  let fingerprint: UInt64

  /// - Parameter keys: those after the first 64 are left out.
  init(_ keys: [VerificationKey], issuer: String? = nil) {
    self.keys = Array(keys.prefix(KeySet.mostKeys))
    self.issuer = issuer
    var digest = Digest()
    for key in self.keys { key.feed(&digest) }
    fingerprint = digest.words().0
  }

  /// Those of `algorithms` that no key can be used for.
  package func unfit(_ algorithms: Set<SignatureAlgorithm>) -> Set<SignatureAlgorithm> {
    keys.reduce(into: algorithms) { $0.subtract($1.algorithms) }
  }

  /// The keys to try: those of its `kid`; where there are none, those that have none. All, for a token without one.
  func candidates(_ header: JOSEHeader) -> [VerificationKey] {
    let fitting = keys.filter { $0.algorithms.contains(header.algorithm) }
    guard let id = header.keyID else { return fitting }
    let named = fitting.filter { $0.id?.isSame(as: id) ?? false }
    return named.isEmpty ? fitting.filter { $0.id == nil } : named
  }

  /// Whether a key has the token's `kid`, or any may be its.
  func knows(_ header: JOSEHeader) -> Bool {
    guard let id = header.keyID else { return true }
    return keys.contains { $0.id?.isSame(as: id) ?? false }
  }
}
