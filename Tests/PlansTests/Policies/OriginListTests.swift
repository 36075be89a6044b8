import Testing

@testable import Plans

/// An origin is the whole of what a browser sends; below a domain lie its labels, and nothing that only ends like it.
@Suite struct OriginListTests {
  private let list = OriginList([
    "https://shop.example", "https://*.shop.example", "http://*.test:8080", "capacitor://localhost", "https://a:8443",
  ])

  @Test(arguments: [
    "https://shop.example", "https://a.shop.example", "https://a.b-c.shop.example", "http://x.test:8080",
    "capacitor://localhost", "https://a:8443",
  ])
  func contains(_ origin: String) {
    #expect(list.contains(origin))
  }

  @Test(arguments: [
    "", "null", "*", "https://", "https://.shop.example", "https://..shop.example", "http://shop.example",
    "https://shop.example:443", "https://shop.example/", "https://shop.example.evil", "https://evilshop.example",
    "https://evil/.shop.example", "https://evil:1@a.shop.example", "https://evil#.shop.example",
    "https://A.shop.example", "https://a.shop.example:8443", "http://a.test", "http://x.test:80801",
    "https://*.shop.example ",
    "https://a:8444", "xhttps://a.shop.example", "https://a?.shop.example",
  ])
  func doesNotContain(_ origin: String) {
    #expect(!list.contains(origin))
  }

  @Test func nullIsAnOriginOnlyIfWritten() {
    #expect(OriginList(["null"]).contains("null") && !OriginList(["null"]).contains(""))
  }
}
