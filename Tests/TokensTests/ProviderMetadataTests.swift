import Testing

@testable import Tokens

struct ProviderMetadataTests {
  private func metadata(_ text: String, of issuer: String? = "https://id") -> Result<ProviderMetadata, KeyFault> {
    Result { () throws(KeyFault) in try ProviderMetadata(Array(text.utf8), of: issuer) }
  }

  @Test func whatIsNeededOfIt() throws {
    let text = #"{"issuer":"https://id","jwks_uri":"https://keys/","x":{}}"#
    let found = try metadata(text).get()
    #expect(found.issuer == "https://id" && found.keysURL == "https://keys/")
    #expect(try metadata(text, of: nil).get() == found)
  }

  @Test(arguments: [
    ("", "is no JSON object of unique members"), ("[]", "is no JSON object of unique members"),
    (#"{"issuer":"https://id","issuer":"https://id","jwks_uri":"x"}"#, "is no JSON object of unique members"),
    (#"{"jwks_uri":"x"}"#, "names no issuer"), (#"{"issuer":7,"jwks_uri":"x"}"#, "names no issuer"),
    (#"{"issuer":"https://id"}"#, "has no jwks_uri"),
    (#"{"issuer":"https://id/","jwks_uri":"x"}"#, #"is of another issuer: "https://id/""#),
    (#"{"issuer":"HTTPS://id","jwks_uri":"x"}"#, #"is of another issuer: "HTTPS://id""#),
  ])
  func whatIsNotBelieved(_ text: String, _ why: String) {
    #expect(throws: KeyFault(why)) { try metadata(text).get() }
  }
}
