import Plans
import Testing

@testable import Identity

@Suite struct CertificateProviderTests {
  @Test(arguments: [
    ("CN=orders", "CN=orders", true), ("CN=orders", "cn=ORDERS", true), ("CN=orders", "CN=order", false),
    ("CN=orders,O=Shop", "CN=orders", false), ("CN=orders,O=Shop", "CN=orders,*", true),
    ("CN=orders", "CN=orders,*", true),
    ("CN=orders-of-others,O=Shop", "CN=orders,*", false), ("O=Evil,CN=orders,O=Shop", "CN=orders,*", false),
    ("CN=anything", "*", true), ("CN=orders\\,O=Shop", "CN=orders,*", false),
  ])
  func subjects(_ subject: String, _ pattern: String, _ matches: Bool) {
    #expect(CertificateProvider.matches(subject, subject: pattern) == matches)
  }

  @Test(arguments: [
    ("DNS:a.internal.example", "*.internal.example", true), ("DNS:b.a.internal.example", "*.internal.example", true),
    ("DNS:internal.example", "*.internal.example", false), ("DNS:.internal.example", "*.internal.example", false),
    ("DNS:evilinternal.example", "*.internal.example", false), ("DNS:A.example", "a.EXAMPLE", true),
    ("DNS:a.example", "DNS:a.example", true), ("email:a.example", "DNS:a.example", false),
    ("URI:spiffe://prod/orders", "spiffe://prod/*", true), ("URI:spiffe://prod/orders", "URI:spiffe://prod/*", true),
    ("URI:spiffe://test/orders", "spiffe://prod/*", false), ("IP:10.0.0.1", "10.0.0.1", true),
  ])
  func names(_ name: String, _ pattern: String, _ matches: Bool) {
    #expect(CertificateProvider.matches(name, san: pattern) == matches)
  }
}
