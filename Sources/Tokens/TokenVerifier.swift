import Hashing
import JSONText
import Plans
import Timing

/// What a token says, after its signature and its dates were found to be right. *Immutable.*
package struct VerifiedToken: Sendable {
  /// Byte for byte as they were signed.
  package let claims: JSONSlice
  /// From then on it does not hold; nil where it has no end.
  let end: WallTime?

  package func holds(at now: WallTime) -> Bool { end.map { now < $0 } ?? true }
}

/// Verifies the tokens of one provider, each once: what was verified is remembered by its hash. *Immutable*, but for that
/// memory, which has its own guard.
package final class TokenVerifier: Sendable {
  private let rules: TokenRules
  private let fingerprint: RulesFingerprint
  private let memory: TokenMemory

  /// - Parameter provider: its name.
  package convenience init(_ rules: TokenRules, provider: String = "") {
    self.init(rules, provider: provider, memory: TokenMemory())
  }

  /// - Parameter memory: may be that of other verifiers, too.
  init(_ rules: TokenRules, provider: String, memory: TokenMemory) {
    self.rules = rules
    self.memory = memory
    fingerprint = RulesFingerprint(rules, provider: provider)
  }

  /// The tokens that are remembered, at about one instant.
  package var remembered: Int { memory.count }

  /// Tells whether a text may be a token: it has three parts.
  package static func mayBeToken(_ text: String) -> Bool { text.utf8.count { $0 == UInt8(ascii: ".") } == 2 }

  /// Costs the hash of the token where it is remembered, else some 30 µs to 1 ms of computing.
  /// - Parameter keys: those of now; what other keys verified does not count.
  /// - Parameter now: by the machine's clock (`WallTime.clock`).
  package func verify(_ token: String, by keys: KeySet, at now: WallTime) throws(TokenFault) -> VerifiedToken {
    guard token.utf8.count <= SignedToken.longest else { throw .tooLong }
    let bytes = Array(token.utf8)
    let hash = Hash256(bytes, keys, fingerprint)
    if let known = memory.token(hash, at: now) { return known }
    let verified = try verified(SignedToken(bytes), by: keys, at: now)
    memory.remember(verified, as: hash)
    return verified
  }

  private func verified(_ token: SignedToken, by keys: KeySet, at now: WallTime) throws(TokenFault) -> VerifiedToken {
    let (header, message) = (token.header, token.signedBytes)
    guard rules.algorithms.contains(header.algorithm) else { throw .algorithm }
    guard keys.candidates(header).contains(where: { $0.verifies(token.signature, of: message, by: header.algorithm) })
    else { throw .unverified(isOfUnknownKey: !keys.knows(header)) }
    let claims = try token.claims()
    return VerifiedToken(claims: claims, end: try rules.check(claims, issuer: keys.issuer, at: now))
  }
}
