import JSONText
import Plans
import TestTokens
import Testing

@testable import Tokens

/// Each algorithm, with the key that it wants and with others.
struct AlgorithmTests {
  private static let cases: [(String, SigningKey)] =
    ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"].map { ($0, Keys.rsa) } + [
      ("ES256", Keys.p256), ("ES384", Keys.p384), ("ES512", Keys.p521), ("EdDSA", Keys.ed25519), ("EdDSA", Keys.ed448),
    ]

  @Test func whatIsSignedByAPublicKeysOwnerIsVerified() throws {
    for (algorithm, key) in Self.cases {
      let token = TokenText.signed(goodClaims, by: key, algorithm)
      let verified = try TokenVerifier(TokenRules()).verify(token, by: try keySet(key), at: .start)
      #expect(verified.claims.source == goodClaims, "\(algorithm)")
      let byPEM = try KeySetReading(pem: Array(key.pem.utf8))
      #expect(byPEM.faults == [])
      #expect(refusal(token, by: byPEM.keys) == nil, "\(algorithm) by PEM")
    }
  }

  @Test func whatIsSignedByASecretIsVerified() {
    let keys = KeySetReading(secret: Secret(Keys.secret)).keys
    for algorithm in ["HS256", "HS384", "HS512"] {
      let token = TokenText.signed(header: #"{"alg":"\#(algorithm)"}"#, goodClaims) {
        TokenText.code($0, algorithm, secret: Array(Keys.secret.utf8))
      }
      #expect(refusal(token, by: keys) == nil, "\(algorithm)")
    }
  }

  @Test func everyAlgorithmIsTried() {
    let tried = Set(Self.cases.map(\.0) + ["HS256", "HS384", "HS512"])
    #expect(tried == Set(SignatureAlgorithm.allCases.map(\.rawValue)))
  }

  @Test func aSignatureOfAnotherKeyOrOverAnotherTextIsWrong() throws {
    for (algorithm, key) in Self.cases {
      let token = TokenText.signed(goodClaims, by: key, algorithm)
      let parts = token.split(separator: ".")
      let changed = [parts[0], Substring(Base64URLText.encode(#"{"sub":"eve","exp":1800000060}"#.utf8)), parts[2]]
      #expect(refusal(changed.joined(separator: "."), by: try keySet(key)) == "has a signature that is wrong")
      let short = TokenText.signed(header: #"{"alg":"\#(algorithm)"}"#, goodClaims) {
        key.sign($0, algorithm).dropLast(3)
      }
      #expect(refusal(short, by: try keySet(key)) == "has a signature that is wrong")
      #expect(refusal("\(parts[0]).\(parts[1]).", by: try keySet(key)) == "has a signature that is wrong")
    }
    let others = try keySet(.ec("prime256v1"), .edwards("ED25519"), .ec("secp384r1"))
    for (algorithm, key) in [("ES256", Keys.p256), ("EdDSA", Keys.ed25519), ("ES384", Keys.p384)] {
      let token = TokenText.signed(goodClaims, by: key, algorithm)
      #expect(refusal(token, by: others) == "has a signature that is wrong")
    }
  }

  @Test func anAlgorithmHasToFitTheKeysKindAndCurve() throws {
    for (algorithm, key) in Self.cases {
      let own = Self.cases.filter { $0.1 === key }.map(\.0)
      for other in SignatureAlgorithm.allCases.map(\.rawValue) where !own.contains(other) {
        let token = TokenText.signed(header: #"{"alg":"\#(other)"}"#, goodClaims) { key.sign($0, algorithm) }
        #expect(refusal(token, by: try keySet(key)) == "has a signature that is wrong", "\(algorithm) as \(other)")
      }
    }
  }

  @Test func thePaddingIsTheOneThatIsNamed() throws {
    for (named, made) in [("RS256", "PS256"), ("PS256", "RS256"), ("RS256", "RS512"), ("PS384", "PS256")] {
      let token = TokenText.signed(header: #"{"alg":"\#(named)"}"#, goodClaims) { Keys.rsa.sign($0, made) }
      #expect(refusal(token, by: try keySet(Keys.rsa)) == "has a signature that is wrong")
    }
  }

  @Test func ecdsaIsTwoNumbersAndNoDER() throws {
    for (algorithm, key) in [("ES256", Keys.p256), ("ES384", Keys.p384), ("ES512", Keys.p521)] {
      let token = TokenText.signed(goodClaims, by: key, algorithm, isDER: true)
      #expect(refusal(token, by: try keySet(key)) == "has a signature that is wrong")
      let length = key.point.x.count
      for numbers in [[UInt8](repeating: 0, count: 2 * length), [UInt8](repeating: 0xFF, count: 2 * length)] {
        let psychic = TokenText.signed(header: #"{"alg":"\#(algorithm)"}"#, goodClaims) { _ in numbers }
        #expect(refusal(psychic, by: try keySet(key)) == "has a signature that is wrong")
      }
    }
  }

  @Test func thePublicKeyIsNoSecret() throws {
    let keys = try KeySetReading(pem: Array(Keys.rsa.pem.utf8)).keys
    for secret in [Keys.rsa.pem, String(Keys.rsa.pem.dropLast())] {
      let token = TokenText.signed(header: #"{"alg":"HS256"}"#, goodClaims) {
        TokenText.code($0, "HS256", secret: Array(secret.utf8))
      }
      #expect(refusal(token, by: keys) == "has a signature that is wrong")
    }
  }

  @Test func onlyWhatIsAllowedCounts() throws {
    let token = TokenText.signed(goodClaims, by: Keys.rsa, "RS256")
    #expect(
      refusal(token, by: try keySet(Keys.rsa)) { $0.algorithms = [.es256, .rs512] } == "has an alg that is not allowed")
    #expect(refusal(token, by: try keySet(Keys.rsa)) { $0.algorithms = [.rs256] } == nil)
  }
}
