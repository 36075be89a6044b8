import Plans
import Testing

/// Names of certificates are of a kind, and a pattern is of one alone.
@Suite struct NamePatternTests {
  @Test(arguments: [
    ("DNS:a.internal.example", "*.internal.example", true), ("DNS:b.a.internal.example", "*.internal.example", true),
    ("DNS:b.a.internal.example", "DNS:*.internal.example", true),
    ("DNS:internal.example", "*.internal.example", false), ("DNS:.internal.example", "*.internal.example", false),
    ("DNS:evilinternal.example", "*.internal.example", false), ("DNS:A.example", "a.EXAMPLE", true),
    ("email:eve@x.internal.example", "*.internal.example", false),
    ("URI:https://evil/.internal.example", "*.internal.example", false),
    ("DNS:a.example", "DNS:a.example", true), ("email:a.example", "DNS:a.example", false),
    ("URI:a.example", "a.example", false), ("DNS:10.0.0.1", "10.0.0.1", false), ("DNS:a@b.test", "a@b.test", false),
    ("URI:spiffe://prod/orders", "spiffe://prod/*", true), ("URI:spiffe://prod/orders", "URI:spiffe://prod/*", true),
    ("URI:spiffe://test/orders", "spiffe://prod/*", false), ("URI:urn:shop:orders", "urn:shop:orders", true),
    ("DNS:spiffe://prod/orders", "spiffe://prod/*", false),
    ("IP:10.0.0.1", "10.0.0.1", true), ("IP:10.0.0.1", "ip:10.0.0.1", true), ("IP:10.0.0.1", "10.0.0.10", false),
    ("IP:2001:db8::1", "IP:2001:0db8:0:0::1", true), ("IP:2001:DB8:0:0:0:0:0:1", "2001:db8::1", true),
    ("email:Orders@shop.test", "orders@SHOP.test", true), ("email:orders@shop.test", "email:orders@*", true),
    ("DNS:orders-1.test", "DNS:orders-*", true), ("orders.test", "orders.test", false),
  ])
  func matching(_ name: String, _ pattern: String, _ matches: Bool) throws {
    let pattern = try NamePattern(pattern)
    #expect(pattern.matches(name) == matches)
  }

  @Test(
    arguments: [
      ("DSN:a.example", .kind("DSN")), ("dirName:CN=a", .kind("dirName")), ("a:1", .kind("a")), ("*", .star),
      ("a.*.example", .star), ("*.*.example", .star), ("DNS:*.a*", .star), ("spiffe://*/x", .star),
      ("IP:10.0.0.*", .form(.ip)), ("IP:10.0.0", .form(.ip)), ("10.0.0.256", .form(.ip)), ("", .form(.ip)),
      ("IP:", .form(.ip)), ("DNS:", .form(.dns)),
      ("a b", .form(.dns)), ("a..b", .form(.dns)), ("*.", .form(.dns)), ("a/b", .form(.dns)),
      ("DNS:ä.test", .form(.dns)),
      ("email:a", .form(.email)), ("a@b@c", .form(.email)), ("@b", .form(.email)), ("URI:a", .form(.uri)),
    ] as [(String, NamePattern.Fault)])
  func faults(_ text: String, _ fault: NamePattern.Fault) {
    #expect(throws: fault) { try NamePattern(text) }
  }
}
