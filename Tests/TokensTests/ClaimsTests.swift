import Plans
import TestTokens
import Testing
import Timing

@testable import Tokens

struct ClaimsTests {
  private func outcome(
    _ claims: String, at now: WallTime = .start, _ change: (inout TokenRules) -> Void = { _ in }
  ) throws -> String? {
    let token = TokenText.signed(claims, by: Keys.p256, "ES256")
    return refusal(token, by: try keySet(Keys.p256), at: now, change)
  }

  @Test func anEndIsWantedAndHolds() throws {
    #expect(try outcome("{}") == "has no exp")
    #expect(try outcome("{}") { $0.requiresExpiry = false } == nil)
    let claims = #"{"exp":1800000000}"#
    #expect(try outcome(claims, at: WallTime(seconds: 1_800_000_029)) == nil)
    #expect(try outcome(claims, at: WallTime(seconds: 1_800_000_030)) == "has ended")
    #expect(try outcome(claims) { $0.leeway = .zero } == "has ended")
    #expect(try outcome(#"{"exp":1}"#) { $0.requiresExpiry = false } == "has ended")
  }

  @Test func aBeginIsHeldTo() throws {
    for (name, words) in [("nbf", "is not valid yet"), ("iat", "was issued in the future")] {
      let claims = #"{"exp":1900000000,"\#(name)":1800000030}"#
      #expect(try outcome(claims) == nil)
      #expect(try outcome(claims, at: WallTime(milliseconds: 1_799_999_999_999)) == words)
      #expect(try outcome(claims) { $0.leeway = .seconds(29) } == words)
    }
  }

  @Test func datesAreNumbers() throws {
    for name in ["exp", "nbf", "iat"] {
      for value in [#""1800000060""#, "null", "true", "[1800000060]", "{}", "1e400", "1e300", "-1e300"] {
        let end = name == "exp" ? "" : #""exp":1900000000,"#
        #expect(try outcome(#"{\#(end)"\#(name)":\#(value)}"#) == "has an \(name) that is no date", "\(value)")
      }
    }
    #expect(try outcome(#"{"exp":1.80000006e9}"#) == nil)
    #expect(try outcome(#"{"exp":1800000000.5}"#, at: WallTime(milliseconds: 1_800_000_030_499)) == nil)
    #expect(try outcome(#"{"exp":1800000000.5}"#, at: WallTime(milliseconds: 1_800_000_030_500)) == "has ended")
    #expect(try outcome(#"{"exp":-1}"#) == "has ended")
    #expect(try outcome(#"{"exp":9007199254740991}"#) == nil)
  }

  @Test func theIssuerIsOneOfThose() throws {
    func said(_ issuer: String) throws -> String? {
      try outcome(#"{"exp":1900000000\#(issuer)}"#) { $0.issuers = ["https://a", "https://b"] }
    }
    #expect(try said(#","iss":"https://a""#) == nil)
    #expect(try said(#","iss":"https:\/\/b""#) == nil)
    for issuer in ["", #","iss":"https://a/""#, #","iss":"HTTPS://a""#, #","iss":["https://a"]"#, #","iss":null"#] {
      #expect(try said(issuer) == "is of another issuer", "\(issuer)")
    }
  }

  @Test func theIssuerOfTheKeysCountsWhereNoneIsNamed() throws {
    var keys = try keySet(Keys.p256)
    keys.issuer = "https://a"
    let token = TokenText.signed(#"{"exp":1900000000,"iss":"https://b"}"#, by: Keys.p256, "ES256")
    #expect(refusal(token, by: keys) == "is of another issuer")
    #expect(refusal(token, by: keys) { $0.issuers = ["https://b"] } == nil)
  }

  @Test func theAudienceHasOneOfThose() throws {
    func said(_ audience: String) throws -> String? {
      try outcome(#"{"exp":1900000000\#(audience)}"#) { $0.audiences = ["api://shop", "api://caf\u{E9}"] }
    }
    for audience in [#","aud":"api://shop""#, #","aud":["x","api://shop"]"#, #","aud":"api://caf\u00e9""#] {
      #expect(try said(audience) == nil, "\(audience)")
    }
    for audience in ["", #","aud":"api""#, #","aud":[]"#, #","aud":{"api://shop":1}"#, #","aud":"api://cafe\u0301""#] {
      #expect(try said(audience) == "is for another audience", "\(audience)")
    }
  }
}
