import Testing

@testable import Messages

@Suite struct AddressBlockTests {
  @Test(arguments: [
    ("10.0.0.0/8", "10.255.0.1", true), ("10.0.0.0/8", "11.0.0.1", false), ("10.1.2.3/8", "10.9.9.9", true),
    ("0.0.0.0/0", "1.2.3.4", true), ("0.0.0.0/0", "2001:db8::1", false), ("::/0", "2001:db8::1", true),
    ("::/0", "1.2.3.4", false), ("192.168.1.7", "192.168.1.7", true), ("192.168.1.7", "192.168.1.8", false),
    ("2001:db8::/32", "2001:db8:ffff::1", true), ("2001:db8::/32", "2001:db9::1", false),
    ("2001:db8::8000:0:0:0/65", "2001:db8::8000:0:0:1", true), ("2001:db8::8000:0:0:0/65", "2001:db8::1", false),
    ("::1", "::1", true), ("127.0.0.0/8", "::ffff:127.0.0.1", true), ("::ffff:10.0.0.0/104", "10.1.1.1", true),
    ("10.0.0.0/31", "10.0.0.1", true), ("10.0.0.0/31", "10.0.0.2", false),
  ])
  func contains(block: String, address: String, expected: Bool) throws {
    #expect(try #require(AddressBlock(block)).contains(#require(IPAddress(address))) == expected)
  }

  @Test(arguments: [
    "", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/+8", "10.0.0/8", "::/129", "host/8", "10.0.0.0/", "1.2.3.4/8/8",
  ])
  func refuses(text: String) {
    #expect(AddressBlock(text) == nil)
  }

  @Test(arguments: [
    ("1.2.3.4", "1.2.3.4"), ("1.2.3.4:567", "1.2.3.4"), ("[2001:DB8::1]:443", "2001:db8::1"),
    ("2001:db8::1", "2001:db8::1"),
    (" [::1]", "::1"), ("::ffff:1.2.3.4", "1.2.3.4"),
  ])
  func nodes(node: String, text: String) {
    #expect(IPAddress(node: node)?.text == text)
  }

  @Test(arguments: [
    ("1.2.3.4", 16, "1.2.3.4"), ("2001:db8:1:2:3::4", 64, "2001:db8:1:2::"), ("2001:db8:1:2:3::4", 32, "2001:db8::"),
    ("2001:db8:1:2:3::4", 80, "2001:db8:1:2:3::"), ("2001:db8::4", 128, "2001:db8::4"), ("2001:db8::4", 0, "::"),
  ])
  func networks(address: String, bits: Int, text: String) throws {
    let address = try #require(IPAddress(address))
    #expect(address.network(ipv6Prefix: bits).text == text)
    #expect(address.network == address.network(ipv6Prefix: 64))
  }

  @Test(arguments: ["unknown", "_hidden", "", "1.2.3", "1.2.3.4.5", "[::1", "fe80::1%eth0"])
  func noNodes(node: String) {
    #expect(IPAddress(node: node) == nil)
  }
}
