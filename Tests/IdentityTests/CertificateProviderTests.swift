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
}
