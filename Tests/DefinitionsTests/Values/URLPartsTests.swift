import Testing

@testable import Definitions

@Suite struct URLPartsTests {
  @Test(arguments: [
    ("http://users", "http://users", ""), ("HTTP://Users.Example:080/", "http://users.example:80", ""),
    ("https://[::1]:8443/v1//", "https://[::1]:8443", "/v1"),
    ("http://127.0.0.1:4001/a/b c", "http://127.0.0.1:4001", "/a/b c"),
    ("http://a_b-c/ä", "http://a_b-c", "/%C3%A4"),
  ])
  func isTakenApart(_ text: String, _ origin: String, _ path: String) throws {
    if text.contains(" ") {
      #expect(throws: URLParts.Fault.self) { try URLParts(text) }
      return
    }
    let parts = try URLParts(text)
    #expect(parts.origin == origin)
    #expect(parts.basePath == path)
    #expect(parts.unixSocket == nil)
  }

  @Test func aSocket() throws {
    let parts = try URLParts("unix:/run/users.sock")
    #expect(parts.origin == "http://localhost")
    #expect(parts.unixSocket == "/run/users.sock")
  }

  @Test(arguments: [
    "", "users", "//users", "ftp://users", "http://", "http://:80", "http://a:0", "http://a:65536", "http://a:x",
    "http://a:+1",
    "http://a b", "http://a..b", "http://-a", "http://[::1", "http://[1.2.3]", "http://u@a", "http://a?b", "http://a#b",
    "http://a/./b", "http://a/%2e%2e/b", "unix:", "unix:run.sock", "http://a\r\nx: y",
  ])
  func isRefused(_ text: String) {
    #expect(throws: URLParts.Fault.self) { try URLParts(text) }
  }
}
