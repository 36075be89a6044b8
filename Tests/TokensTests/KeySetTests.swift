import Plans
import TestTokens
import Testing

@testable import Tokens

struct KeySetTests {
  private func faults(_ members: String, isPublic: Bool = true) throws -> [String] {
    let reading = try jwks(members, isPublic: isPublic)
    #expect(reading.keys.keys.isEmpty)
    return reading.faults.map(\.description)
  }

  @Test func keysThatCantBeUsedAreNamed() throws {
    let (p256, ed25519) = (Keys.p256.jwkMembers, Keys.ed25519.jwkMembers)
    let weak = SigningKey.rsa(bits: 1024).jwkMembers
    for (members, words) in [
      (#""kid":"a",\#(weak)"#, #"key 1 (kid "a") is RSA of 1024 bits; 2048 or more are wanted"#),
      (p256 + #","use":"enc""#, #"key 1 is not for signatures: its use is "enc""#),
      (p256 + #","key_ops":["sign"]"#, "key 1 is not for verifying: its key_ops say so"),
      (p256 + #","alg":"ES384""#, "key 1 is not of the kind that its alg ES384 needs"),
      (p256 + #","alg":"none""#, #"key 1 is for "none", which is no algorithm for tokens"#),
      (p256 + #","kid":7"#, "key 1 has a kid that is no string"),
      (ed25519 + #","alg":"ES256""#, "key 1 is not of the kind that its alg ES256 needs"),
      (#""kty":"EC","crv":"secp256k1","x":"AA","y":"AA""#, "key 1 is of a curve that no algorithm has"),
      (#""kty":"OKP","crv":"X25519","x":"AA""#, "key 1 is of a curve that no algorithm has"),
      (#""kty":"OKP","crv":"Ed25519","x":"AA""#, "key 1 is no point of its curve"),
      (#""kty":"RSA","e":"AQAB""#, "key 1 has no n"),
      (#""kty":"RSA","n":"A+A=","e":"AQAB""#, "key 1 has an n that is not base64url"),
      (#""kty":"oct","k":"c2VjcmV0""#, "key 1 is a secret that was published"),
      (#""kty":"AKP""#, #"key 1 is of a kind that is not known: "AKP""#),
      (#""x":1"#, "key 1 has no kty"),
    ] {
      #expect(try faults(members) == [words], "\(members)")
    }
    #expect(
      try faults(#""kty":"oct","k":"c2VjcmV0""#, isPublic: false) == [
        "key 1 is a secret of 6 bytes; HS256 wants 32 or more"
      ])
  }

  @Test func aPointHasToBeOfItsCurve() throws {
    let (x, y) = Keys.p256.point
    func faults(_ curve: String, _ x: [UInt8], _ y: [UInt8]) throws -> [String] {
      try self.faults(
        #""kty":"EC","crv":"\#(curve)","x":"\#(Base64URLText.encode(x))","y":"\#(Base64URLText.encode(y))""#)
    }
    let wrong = ["key 1 is no point of its curve"]
    #expect(try faults("P-256", y, x) == wrong)
    #expect(try faults("P-256", Array(repeating: 0, count: 32), Array(repeating: 0, count: 32)) == wrong)
    #expect(try faults("P-256", [], []) == wrong)
    #expect(try faults("P-384", x, y) == wrong)
    #expect(try faults("P-384", [UInt8](repeating: 0, count: 16) + x, [UInt8](repeating: 0, count: 16) + y) == wrong)
    #expect(try faults("P-256", [0] + x, [0] + y) == wrong)
  }

  @Test func anExponentThatLeavesAMessageAsItIsIsRefused() throws {
    let members = Keys.rsa.jwkMembers
    for exponent in ["AQ", "Ag", "AA"] {
      let changed = members.replacing(#""e":"AQAB""#, with: #""e":"\#(exponent)""#)
      let said = try faults(changed)
      #expect(["key 1 has an exponent that is even or 1", "key 1 is no RSA key"].contains(said.first ?? ""), "\(said)")
    }
  }

  @Test func oneKeyThatCantBeUsedLeavesTheOthers() throws {
    let reading = try jwks(#""kty":"??""#, Keys.p256.jwkMembers)
    #expect(reading.keys.keys.map(\.algorithms) == [[.es256]])
    #expect(reading.faults.count == 1)
  }

  @Test func textsThatAreNoKeySets() {
    for text in ["", "[]", "{}", #"{"keys":{}}"#, #"{"keys":[],"keys":[]}"#, "-----BEGIN PUBLIC KEY-----"] {
      #expect(throws: KeyFault.self, "\(text)") { try KeySetReading(jwks: Array(text.utf8), isPublic: true) }
    }
    #expect(throws: Never.self) { try KeySetReading(jwks: Array("{\(Keys.p256.jwkMembers)}".utf8), isPublic: true) }
  }

  @Test func pemTextsMayHoldSeveralKeys() throws {
    let reading = try KeySetReading(pem: Array((Keys.p256.pem + "# and\n" + Keys.rsa.pem).utf8))
    #expect(reading.keys.keys.count == 2)
    #expect(reading.faults == [])
    #expect(reading.keys.unfit([.es256, .rs256, .es384, .hs256]) == [.es384, .hs256])
  }

  @Test func pemTextsThatHoldNoKeyOfUse() throws {
    #expect(throws: KeyFault.self) { try KeySetReading(pem: Array("secret".utf8)) }
    #expect(throws: KeyFault.self) { try KeySetReading(pem: []) }
    for (text, words) in [
      (
        "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
        "block 1 is a private key; give the public one (openssl pkey -pubout)"
      ),
      ("-----BEGIN THING-----\nAAAA\n-----END THING-----\n", "block 1 is neither a public key nor a certificate"),
      ("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n", "block 1 can't be read"),
      ("-----BEGIN PUBLIC KEY-----\nAAAA\n", "block 1 can't be read"),
      (SigningKey.rsa(bits: 1024).pem, "block 1 is RSA of 1024 bits; 2048 or more are wanted"),
      (SigningKey.ec("secp256k1").pem, "block 1 is a key of a kind that no algorithm has"),
    ] {
      let reading = try KeySetReading(pem: Array(text.utf8))
      #expect(reading.keys.keys.isEmpty)
      #expect(reading.faults.map(\.description) == [words])
    }
  }

  @Test func aSecretIsUsedAsFarAsItReaches() {
    for (count, algorithms) in [
      (31, []), (32, [.hs256]), (47, [.hs256]), (48, [.hs256, .hs384]), (64, [.hs256, .hs384, .hs512]),
    ]
      as [(Int, Set<SignatureAlgorithm>)]
    {
      let reading = KeySetReading(secret: Secret(String(repeating: "s", count: count)))
      #expect(Set(reading.keys.keys.flatMap(\.algorithms)) == algorithms)
    }
  }

  @Test func aKidChoosesTheKey() throws {
    let (one, two) = (SigningKey.ec("prime256v1"), SigningKey.ec("prime256v1"))
    let keys = try jwks(
      #""kid":"a",\#(one.jwkMembers)"#, #""kid":"b",\#(two.jwkMembers)"#, #""kid":"b",\#(Keys.p256.jwkMembers)"#,
      #""kid":"b",\#(Keys.rsa.jwkMembers)"#
    ).keys
    for (key, id, words) in [
      (one, "a", nil), (one, "b", "has a signature that is wrong"), (two, "b", nil), (Keys.p256, "b", nil),
      (one, "c", "is signed by a key that is not known"), (one, "A", "is signed by a key that is not known"),
    ] as [(SigningKey, String, String?)] {
      let token = TokenText.signed(goodClaims, by: key, "ES256", header: #""kid":"\#(id)""#)
      #expect(refusal(token, by: keys) == words, "\(id)")
    }
    for key in [one, two, Keys.p256] {
      #expect(refusal(TokenText.signed(goodClaims, by: key, "ES256"), by: keys) == nil)
    }
    #expect(refusal(TokenText.signed(goodClaims, by: Keys.rsa, "PS256", header: #""kid":"b""#), by: keys) == nil)
  }

  @Test func keysWithoutAKidFitAny() throws {
    let token = TokenText.signed(goodClaims, by: Keys.p256, "ES256", header: #""kid":"a""#)
    #expect(refusal(token, by: try keySet(Keys.p256)) == nil)
    #expect(refusal(token, by: try keySet(.ec("prime256v1"))) == "is signed by a key that is not known")
  }

  @Test func aKeysOwnAlgorithmIsItsOnlyOne() throws {
    let keys = try jwks(Keys.rsa.jwkMembers + #","alg":"RS256""#).keys
    #expect(refusal(TokenText.signed(goodClaims, by: Keys.rsa, "RS256"), by: keys) == nil)
    #expect(refusal(TokenText.signed(goodClaims, by: Keys.rsa, "PS256"), by: keys) == "has a signature that is wrong")
  }

  @Test func aSetHasABound() throws {
    let list = Array(repeating: "{\(Keys.p256.jwkMembers)}", count: 65).joined(separator: ",")
    let reading = try KeySetReading(jwks: Array(#"{"keys":[\#(list)]}"#.utf8), isPublic: true)
    #expect(reading.keys.keys.count == 64)
    #expect(reading.faults.map(\.description) == ["holds 65 keys; those after the first 64 are not used"])
  }
}
