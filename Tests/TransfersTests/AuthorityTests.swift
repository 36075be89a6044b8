import TestSockets
import Testing

@testable import Transfers

@Suite(.ownThreads) struct AuthorityTests {
  @Test(arguments: [
    ("http://a.b:80", "a.b:80", "a.b", "80"), ("https://a.b", "a.b", "a.b", nil),
    ("http://[::1]:8", "[::1]:8", "[::1]", "8"),
    ("http://[::1]", "[::1]", "[::1]", nil), ("http://a/b:c", "a", "a", nil), ("a:1", "a:1", "a", "1"),
  ])
  func splits(address: String, text: String, host: String, port: String?) {
    let authority = Authority(ofAddress: address)
    #expect(authority.text == text)
    #expect(authority.host == host)
    #expect(authority.port == port)
  }
}
