import Testing

@testable import TLS

@Suite struct CertificateNamesTests {
  private static let names = CertificateNames([
    ["first.test"], ["shop.test", "*.shop.test"], ["api.shop.test"], ["*.b.shop.test", "*", "f*.test", "*.com."],
  ])

  @Test(arguments: [
    ("first.test", 0), ("shop.test", 1), ("a.shop.test", 1), ("api.shop.test", 2), ("API.Shop.TEST", 2),
    ("api.shop.test.", 2), ("a.b.shop.test", 3), ("b.shop.test", 1), ("x.com", 3),
    // One label, and no empty one.
    ("a.api.shop.test", 0), (".shop.test", 0), ("foo.test", 0), ("com", 0), ("other.test", 0), ("", 0), (".", 0),
    ("*.shop.test", 1),
  ])
  func isOf(_ host: String, _ index: Int) {
    #expect(Self.names.index(of: host) == index)
  }

  @Test func namesOfTwo() {
    let names = CertificateNames([["a.test", "A.test", "*.c.test"], ["b.test", "a.test"], ["a.test", "*.C.test"]])
    #expect(
      names.shared == [
        .init(name: "a.test", first: 0, second: 1), .init(name: "a.test", first: 0, second: 2),
        .init(name: "*.c.test", first: 0, second: 2),
      ])
    #expect(names.index(of: "a.test") == 0)
  }
}
