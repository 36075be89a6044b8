import Plans
import TestTokens
import Testing

@testable import Tokens

/// Tokens that are signed as they should be and still not to be believed, and such as were never signed.
struct HeaderTests {
  private func said(header: String, claims: String = goodClaims) throws -> String? {
    let token = TokenText.signed(header: header, claims) { Keys.p256.sign($0, "ES256") }
    return refusal(token, by: try keySet(Keys.p256))
  }

  @Test func noneIsNoAlgorithm() throws {
    for name in [#""none""#, #""None""#, #""NONE""#, #""nOnE""#, #""\u006eone""#, #""none ""#, #""""#, "null", "[]"] {
      let header = #"{"alg":\#(name)}"#
      #expect(try said(header: header) == "has an alg that is not allowed", "\(header)")
      let unsigned = TokenText.signed(header: header, goodClaims) { _ in [] }
      let words = refusal(unsigned, by: try keySet(Keys.p256))
      #expect(words == "has an alg that is not allowed", "\(header)")
    }
    for header in ["{}", #"{"ALG":"ES256"}"#, #"{"alg":"es256"}"#, #"{"alg":"ES256K"}"#, #"{"alg":["ES256"]}"#] {
      #expect(try said(header: header) == "has an alg that is not allowed", "\(header)")
    }
  }

  @Test func whatChangesHowATokenIsReadIsRefused() throws {
    for (member, words) in [
      (#""crit":["exp"]"#, "has crit"), (#""crit":[]"#, "has crit"), (#""crit":["b64"],"b64":true"#, "has crit"),
      (#""cr\u0069t":["exp"]"#, "has crit"), (#""b64":false"#, "has a b64 that is not true"),
      (#""b64":"false""#, "has a b64 that is not true"), (#""jwk":{"kty":"oct","k":"AA"}"#, "brings a key"),
      (#""jku":"https://evil.example/keys""#, "brings a key"), (#""x5u":"https://evil.example/keys""#, "brings a key"),
      (#""cty":"JWT""#, "holds another token"), (#""cty":"jwt""#, "holds another token"),
      (#""cty":"application/JWT""#, "holds another token"), (#""cty":7"#, "holds another token"),
      (#""kid":7"#, "has a kid that is no string"), (#""kid":null"#, "has a kid that is no string"),
    ] {
      #expect(try said(header: #"{"alg":"ES256",\#(member)}"#) == words, "\(member)")
    }
  }

  @Test func whatOnlyTellsOfATokenIsPassedOver() throws {
    for member in [#""typ":"at+jwt""#, #""typ":7"#, #""x5t":"AA""#, #""x5c":["AA"]"#, #""b64":true"#, #""cty":"json""#]
    {
      #expect(try said(header: #"{"alg":"ES256",\#(member)}"#) == nil, "\(member)")
    }
  }

  @Test func aHeaderIsAnObjectOfUniqueMembers() throws {
    for header in [
      #"{"alg":"none","alg":"ES256"}"#, #"{"alg":"ES256","\u0061lg":"ES256"}"#, #"["ES256"]"#, #""ES256""#, "",
      #"{"alg":"ES256"}{}"#, #"{"alg":"ES256",}"#, #"{'alg':'ES256'}"#, #"{"alg":"ES256","x":{"a":1,"a":2}}"#,
      #"{"alg":"ES256","x":01}"#,
    ] {
      #expect(try said(header: header) == "has a header that is no JSON object of unique members", "\(header)")
    }
  }

  @Test func claimsAreAnObjectOfUniqueMembers() throws {
    for claims in [
      #"{"exp":1,"exp":1800000060}"#, #"{"exp":1800000060,"a":{"b":[{"c":1,"\u0063":2}]}}"#, "[]", "7", "",
      #"{"exp":1800000060} x"#, #"{"exp":NaN}"#, #"{"exp":+1800000060}"#, #"{"exp":0x6B49D23C}"#,
      #"{"exp":1800000060,"a":\#(String(repeating: "[", count: 40))\#(String(repeating: "]", count: 40))}"#,
      "{\"exp\":1800000060,\"sub\":\"\u{0}\"}",
    ] {
      let words = try said(header: #"{"alg":"ES256"}"#, claims: claims)
      #expect(words == "has claims that are no JSON object of unique members", "\(claims)")
    }
    let nested = TokenText.signed(goodClaims, by: Keys.p256, "ES256")
    let words = try said(header: #"{"alg":"ES256"}"#, claims: nested)
    #expect(words == "has claims that are no JSON object of unique members")
  }

  @Test func composedAndDecomposedNamesAreTwo() throws {
    let claims = "{\"exp\":1800000060,\"\u{E9}\":1,\"e\u{301}\":2}"
    #expect(try said(header: #"{"alg":"ES256"}"#, claims: claims) == nil)
  }

  @Test func theFormIsStrict() throws {
    let good = TokenText.signed(goodClaims, by: Keys.p256, "ES256")
    let keys = try keySet(Keys.p256)
    let (parts, base64) = ("has not three parts", "is not base64url without padding")
    for (token, words) in [
      ("", parts), ("a", parts), ("a.b", parts), (good + ".", parts), (good + "." + good, parts),
      ("e30.e30.e30.e30.e30", parts), (good + "=", base64), (good + " ", base64), (" " + good, base64),
      (good + "\n", base64), (good + "\0", base64), (good + "AAA", base64),
      ("eyJhbGciOiJFUzI1NiJ9=" + good.drop { $0 != "." }, base64),
    ] {
      #expect(refusal(token, by: keys) == words, "\(token)")
    }
    #expect(refusal("..", by: keys) == "has a header that is no JSON object of unique members")
    #expect(refusal(good.replacing("-", with: "+").replacing("_", with: "/") + "/", by: keys) == base64)
    let chunks = good.split(separator: ".")
    let spaced = "\(chunks[0]).\(chunks[1])\n.\(chunks[2])"
    #expect(refusal(spaced, by: keys) == "has a signature that is wrong")
  }

  @Test func bitsBehindTheLastByteAreNone() throws {
    let good = TokenText.signed(goodClaims, by: Keys.p256, "ES256")
    // 64 bytes of signature leave four bits of the last letter that say nothing.
    let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
    let last = try #require(letters.firstIndex(of: good.last ?? "?"))
    for bits in 1..<16 {
      let token = good.dropLast() + String(letters[last | bits])
      #expect(refusal(String(token), by: try keySet(Keys.p256)) == "is not base64url without padding")
    }
  }

  @Test func aTokenHasABound() throws {
    let keys = try keySet(Keys.p256)
    for (pad, words) in [(11_900, nil), (12_300, "is longer than 16 KiB")] as [(Int, String?)] {
      let claims = #"{"exp":1800000060,"pad":"\#(String(repeating: "x", count: pad))"}"#
      #expect(refusal(TokenText.signed(claims, by: Keys.p256, "ES256"), by: keys) == words)
    }
    #expect(refusal(String(repeating: ".", count: 1 << 20), by: keys) == "is longer than 16 KiB")
  }
}
