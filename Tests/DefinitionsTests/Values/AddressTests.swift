import Messages
import Testing

@testable import Definitions

@Suite struct AddressTests {
  @Test(arguments: ["0.0.0.0:8080", "127.0.0.1:0", "[::]:80", "[::1]:65535", "localhost:1", "gateway.internal:8080"])
  func listens(_ text: String) {
    #expect(ListenAddress.isDefinable(text))
  }

  @Test(arguments: [
    "", "8080", ":8080", "a:", "a:65536", "a:-1", "a:+1", "::1:80", "[::1]", "[x]:1", "a b:1", "http://a:1",
  ])
  func doesNotListen(_ text: String) {
    #expect(!ListenAddress.isDefinable(text))
  }

  @Test(arguments: ["10.0.0.0/8", "0.0.0.0/0", "192.168.1.1", "::1", "fd00::/8", "::/128", "1.2.3.4/32"])
  func blocks(_ text: String) {
    #expect(AddressBlock(text) != nil)
  }

  @Test(arguments: [
    "", "10.0.0.0/33", "10.0.0/8", "::1/129", "a/8", "10.0.0.0/", "10.0.0.0/+8", "10.0.0.0/8/8", "fd00::/-1",
  ])
  func noBlocks(_ text: String) {
    #expect(AddressBlock(text) == nil)
  }

  @Test func headerNames() {
    #expect(HeaderNames.fault("X-A", in: .request) == nil)
    #expect(HeaderNames.fault("host", in: .request) == nil)
    for name in ["", "a b", "a:", "é", "a\n", "Connection", "content-length", "TE", "Transfer-Encoding"] {
      #expect(HeaderNames.fault(name, in: .request) != nil, "\(name)")
    }
    #expect(HeaderNames.fault("host", in: .forward) != nil)
    #expect(HeaderNames.fault("Weft-Outcome", in: .response) != nil)
    #expect(HeaderNames.fault("content-type", in: .response) == nil)
  }
}
