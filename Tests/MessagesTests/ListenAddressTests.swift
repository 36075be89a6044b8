import Testing

@testable import Messages

@Suite struct ListenAddressTests {
  @Test(arguments: [
    ("0.0.0.0:8080", "0.0.0.0", 8080), ("[::1]:0", "::1", 0), (":80", "0.0.0.0", 80),
    ("localhost:65535", "localhost", 65535),
  ])
  func reads(text: String, host: String, port: Int) {
    #expect(ListenAddress(text) == ListenAddress(host: host, port: port))
  }

  @Test(arguments: ["8080", "a:65536", "a:-1", "::1:80", "a:", "a:http"])
  func refuses(text: String) {
    #expect(ListenAddress(text) == nil)
  }

  @Test func writesIPv6InBrackets() {
    #expect(ListenAddress(host: "::1", port: 8080).description == "[::1]:8080")
  }
}
