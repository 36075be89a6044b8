import Hashing
import TestTokens
import Testing
import Timing

@testable import Plans
@testable import Tokens

struct TokenMemoryTests {
  private let verifier = TokenVerifier(TokenRules())
  private let rules = RulesFingerprint(TokenRules(), provider: "a")
  private let token = TokenText.signed(goodClaims, by: Keys.p256, "ES256")

  @Test func aTokenIsRememberedUntilItsEnd() throws {
    let keys = try keySet(Keys.p256)
    let first = try verifier.verify(token, by: keys, at: .start).claims
    let again = try verifier.verify(token, by: keys, at: .start).claims
    #expect(first.isSamePlace(as: again))
    #expect(verifier.remembered == 1)
    #expect(throws: TokenFault.ended) {
      try verifier.verify(token, by: keys, at: WallTime(seconds: 1_800_000_090))
    }
    #expect(verifier.remembered == 0)
  }

  @Test func whatIsRefusedIsNotRemembered() throws {
    let keys = try keySet(Keys.p256)
    for text in [token + "A", TokenText.signed("{}", by: Keys.p256, "ES256")] {
      #expect(throws: TokenFault.self) { try verifier.verify(text, by: keys, at: .start) }
    }
    #expect(verifier.remembered == 0)
  }

  @Test func aKeyThatIsGoneVerifiesNothing() throws {
    let (old, new) = (try keySet(Keys.p256), try keySet(.ec("prime256v1")))
    _ = try verifier.verify(token, by: old, at: .start)
    #expect(throws: TokenFault.self) { try verifier.verify(token, by: new, at: .start) }
  }

  /// What one provider has verified, another has not, as it may ask for more.
  @Test func providersDoNotShareTokens() throws {
    let (keys, memory) = (try keySet(Keys.p256), TokenMemory())
    var strict = TokenRules()
    strict.audiences = ["elsewhere"]
    func verifier(_ rules: TokenRules, _ name: String) -> TokenVerifier {
      TokenVerifier(rules, provider: name, memory: memory)
    }
    _ = try verifier(TokenRules(), "a").verify(token, by: keys, at: .start)
    #expect(memory.count == 1)
    #expect(throws: TokenFault.audience) { try verifier(strict, "a").verify(token, by: keys, at: .start) }
    _ = try verifier(TokenRules(), "b").verify(token, by: keys, at: .start)
    #expect(memory.count == 2)
    _ = try verifier(TokenRules(), "a").verify(token, by: keys, at: .start)
    #expect(memory.count == 2)
  }

  /// All that is asked of a token tells fingerprints apart.
  @Test func everyRuleCounts() {
    var all = [TokenRules()]
    func add(_ change: (inout TokenRules) -> Void) {
      var rules = TokenRules()
      change(&rules)
      all.append(rules)
    }
    add { $0.issuers = ["a"] }
    add { $0.audiences = ["a"] }
    add { $0.algorithms = [.es256] }
    add { $0.leeway = .milliseconds(1) }
    add { $0.requiresExpiry = false }
    #expect(all.count == Mirror(reflecting: TokenRules()).children.count + 1)
    let fingerprints =
      all.map { RulesFingerprint($0, provider: "p").words.0 } + [RulesFingerprint(all[0], provider: "q").words.0]
    #expect(Set(fingerprints).count == all.count + 1)
  }

  @Test func theSameKeysFetchedAnewAreTheSame() throws {
    let first = try verifier.verify(token, by: try keySet(Keys.p256), at: .start).claims
    let again = try verifier.verify(token, by: try keySet(Keys.p256), at: .start).claims
    #expect(first.isSamePlace(as: again))
  }

  @Test func noMoreThanSoManyAreRemembered() throws {
    let memory = TokenMemory()
    let keys = try keySet(Keys.p256)
    let verified = try verifier.verify(token, by: keys, at: .start)
    for number in 0..<12_000 { memory.remember(verified, as: Hash256(Array("\(number)".utf8), keys, rules)) }
    #expect(memory.count <= 10_000)
    #expect(memory.count >= 9_000)
  }

  @Test func placesAreTakenAgain() throws {
    let memory = TokenMemory()
    let keys = try keySet(Keys.p256)
    let verified = try verifier.verify(token, by: keys, at: .start)
    let late = WallTime(seconds: 1_900_000_000)
    for round in 0..<3 {
      let hashes = (0..<100).map { Hash256(Array("\(round) \($0)".utf8), keys, rules) }
      for hash in hashes { memory.remember(verified, as: hash) }
      #expect(memory.count == 100)
      for hash in hashes { #expect(memory.token(hash, at: .start) != nil) }
      for hash in hashes { #expect(memory.token(hash, at: late) == nil) }
      #expect(memory.count == 0)
    }
  }
}
