import Testing

@testable import Definitions

@Suite struct DocumentURLTests {
  @Test(arguments: [
    ("https://id.example", "https://id.example", "/"), ("HTTPS://ID.example/a", "https://id.example", "/a"),
    ("https://id/a/", "https://id", "/a/"), ("https://id:8443/a?b=c&d=/e", "https://id:8443", "/a?b=c&d=/e"),
    ("https://id?v=1", "https://id", "/?v=1"), ("http://[::1]:80/a%20b", "http://[::1]:80", "/a%20b"),
  ])
  func parts(_ text: String, _ origin: String, _ target: String) throws {
    let url = try DocumentURL(text)
    #expect(url.origin == origin && url.target == target)
  }

  @Test(arguments: [
    "", "id", "/a", "ftp://id/", "unix:/run/id.sock", "https:/id", "https://", "https://a@id/", "https://id:0/",
    "https://id/#a", "https://id/a?b#c", "https://a b/", "https://id/a b", "file:///etc/passwd",
  ])
  func whatIsNone(_ text: String) {
    #expect(throws: DocumentURL.Fault.self) { try DocumentURL(text) }
  }

  @Test(arguments: [
    ("https://id/", true), ("http://127.0.0.1/", true), ("http://127.9.9.9:80/a", true),
    ("http://localhost:8080", true),
    ("http://[::1]:80/", true), ("http://id/", false), ("http://127.0.0.1.example/", false),
    ("http://localhost.example/", false), ("http://10.0.0.1/", false),
  ])
  func whereNobodyIsOnTheWay(_ text: String, _ isSafe: Bool) throws {
    let url = try DocumentURL(text)
    #expect(url.isSafe == isSafe)
  }
}
