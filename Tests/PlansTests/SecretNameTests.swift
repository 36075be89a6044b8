import Plans
import Testing

/// What names say of their values.
@Suite struct SecretNameTests {
  @Test(arguments: [
    "Authorization", "proxy-authorization", "Set-Cookie", "X-Api-Key", "apikey", "X-CSRF-Token", "x-amz-security-token",
    "refresh_token", "client_secret", "passwd", "sessionid", "X-Signature", "privateKey", "IBAN", "cardNumber",
  ])
  func secrets(_ name: String) {
    #expect(SecretName.isSecret(name))
    #expect(SecretName.isSecret(parameter: name))
  }

  @Test(arguments: ["key", "SIG", "code", "state", "jwt"])
  func parametersAlone(_ name: String) {
    #expect(SecretName.isSecret(parameter: name) && !SecretName.isSecret(name))
  }

  @Test(arguments: ["accept", "x-request-id", "page", "keyword", "status", "barcode", "author", ""])
  func others(_ name: String) { #expect(!SecretName.isSecret(name) && !SecretName.isSecret(parameter: name)) }

  @Test func credentialsAreSecretsEverywhere() {
    for name in SecretName.credentials {
      #expect(SecretName.isSecret(name) && Redaction().hides(header: name))
    }
  }
}
