import Plans
import Testing

/// What the admin page shows of definitions.
@Suite struct DefinitionTextTests {
  @Test(arguments: [
    ("token: s3cret", "token: ••••••"), ("  password: \"s3 cret\"  # why", "  password: ••••••  # why"),
    ("headers: { authorization: \"Basic s3cret\", x: y }", "headers: { authorization: ••••••, x: y }"),
    ("X-Api-Key: 's3cret'", "X-Api-Key: ••••••"),
    ("redis: redis://me:s3cret@cache:6379/1", "redis: redis://••••••@cache:6379/1"),
    ("clientSecret: s3cret", "clientSecret: ••••••"),
  ])
  func secretsAreHidden(line: String, shown: String) {
    #expect(DefinitionText(name: "a", text: line).shown == shown)
  }

  @Test(arguments: [
    "token: { file: /run/secrets/token }", "authorization: ${headers.authorization}", "forward: [authorization]",
    "url: ${env.USERS_URL || 'http://127.0.0.1:4001'}", "request: GET users /me", "token: ${env.TOKEN}",
    "tokenUrl: https://identity.example/token", "x: https://shop.example/@me",
    "authorization: \"Bearer ${identity.token}\"",
    "maxTokens: 12",
  ])
  func whatOnlyNamesASecretIsShown(line: String) {
    #expect(DefinitionText(name: "a", text: line).shown == line)
  }

  @Test func linesOfKnownSecretsAndBlocksAreHidden() {
    let text = "a:\n  key: >-\n    s3cret\n  password: |\n    s3cret\n\n    more\n  b: 1\nsecretly\n"
    let source = DefinitionText(name: "a", text: text, concealed: [2, 3, 9])
    #expect(source.shown == "a:\n  key: ••••••\n    ••••••\n  password: |\n    ••••••\n\n    ••••••\n  b: 1\n••••••\n")
    #expect(DefinitionText(name: "keys.yaml").shown == nil)
    #expect(!"\(source)".contains("s3cret"))
  }
}
