import Testing

@testable import Files

@Suite struct FilePathTests {
  @Test(arguments: [
    ("app.js", false, "app.js"), ("css/main.css", false, "css/main.css"), ("a%20b%c3%a9", false, "a bé"),
    ("", false, ""),
    ("", true, "home"), ("docs/", true, "docs/home"), ("x..y/z..", false, "x..y/z.."),
    ("a%2Eb", false, "a.b"), ("100%25", false, "100%"),
  ])
  func names(_ rest: String, _ endsInSlash: Bool, _ file: String) throws {
    let path = try #require(FilePath(rest: rest, endsInSlash: endsInSlash))
    #expect(path.file(index: "home") == file)
  }

  @Test(arguments: [
    "..", "../a", "a/../b", "a/..", "%2e%2e/a", "a%2f..%2fb", "a%2fb", "a%5cb", "a\\b", ".", ".git/config", "a/.env",
    "%2eenv",
    "/a", "a//b", "//", "a%00", "a%00.js",
  ])
  func isNone(_ rest: String) {
    #expect(FilePath(rest: rest, endsInSlash: rest.hasSuffix("/")) == nil)
  }

  @Test(arguments: [
    ("orders", false), ("orders/7", false), ("a.b/orders", false), ("app.js", true), ("a.b/", true), ("", false),
  ])
  func endings(_ rest: String, _ hasEnding: Bool) throws {
    let path = try #require(FilePath(rest: rest, endsInSlash: rest.hasSuffix("/")))
    #expect(path.hasEnding == hasEnding)
  }
}
