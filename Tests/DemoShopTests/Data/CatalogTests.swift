import JSONText
import Testing

@testable import DemoShop

@Suite struct CatalogTests {
  let catalog = Catalog(seed: 42)

  @Test func hasEnough() {
    #expect(catalog.products.count >= 500)
    #expect(Set(catalog.products.map(\.sku)).count == catalog.products.count)
    #expect(catalog.products.count { !catalog.reviews(of: $0).isEmpty } >= 500)
    #expect(catalog.products.allSatisfy { !$0.featured || !catalog.reviews(of: $0).isEmpty })
    #expect(catalog.products.contains { catalog.reviews(of: $0).isEmpty })
    #expect(catalog.orders.count > 300)
  }

  @Test func numbersThatTestLosslessness() {
    let lamp = catalog.products[0].json.text
    #expect(lamp.contains(#""price":99.50,"listPrice":129.99,"#))
    #expect(lamp.contains(#""serial":12345678901234567890,"thickness":1.10,"lifetime":1e400"#))
    #expect(catalog.user("42")?.json.text.contains(#""loyaltyNumber":12345678901234567890,"storeCredit":1.10"#) == true)
  }

  @Test func totalsAreExact() throws {
    let order = try #require(catalog.order("5001"))
    #expect(order.total.text == "182.29")
    #expect(order.lines.map(\.unitPrice.text) == ["129.99", "24.50", "1.10"])
  }

  @Test func linesReferToProducts() {
    for line in catalog.orders.flatMap(\.lines) { #expect(catalog.product(line.sku) != nil) }
  }

  @Test func prices() {
    for product in catalog.products {
      #expect(product.price.count > 0)
      #expect(product.price <= product.listPrice)
    }
    #expect(catalog.products.contains { $0.price < $0.listPrice })
    #expect(catalog.products.contains { $0.price == $0.listPrice })
  }

  @Test func newestFirst() {
    let dates = catalog.orders(ofUser: 42).map(\.placedAt)
    #expect(dates == ["2026-11-20T09:45:00Z", "2026-11-14T06:00:00Z", "2026-10-09T03:20:00Z"])
  }

  @Test func seedChangesTheData() {
    #expect(Catalog(seed: 1).products[9].json.text != catalog.products[9].json.text)
  }

  @Test(arguments: [(0, "0.00"), (5, "0.05"), (110, "1.10"), (12_999, "129.99"), (-5, "-0.05"), (-110, "-1.10")])
  func hundredths(count: Int, text: String) {
    #expect(Hundredths(count).text == text)
  }

  @Test func amountsKeepTheirZeros() {
    #expect(JSONValue.number(Hundredths(110)).text == "1.10")
    #expect(JSONValue.number(Hundredths(0)).text == "0.00")
  }
}

extension JSONValue {
  fileprivate var text: String { String(decoding: rendered, as: UTF8.self) }
}
