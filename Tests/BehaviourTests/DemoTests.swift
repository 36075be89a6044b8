import Foundation
import Testing

extension Behaviour {
  /// The demo shop behind `compositions/`, as a visitor sees it.
  @Suite struct DemoTests {
    @Test func compositionsPassCheck() throws {
      let result = try WeftBinary.run(["check", "compositions"], folder: WeftBinary.repository)
      #expect(result.status == 0, "\(result)")
    }

    @Test func theDashboardGathersFourServices() throws {
      try withDemo { demo in
        let response = try demo.exchangeInTime("GET /mobile/dashboard/42")
        #expect(response.status == 200 && response["Weft-Outcome"] == nil, "\(response)")
        let page = try response.json()
        #expect(page.names == ["user", "recentOrders", "recommended", "unreadCount"])
        let user = try demo.ask("users", "GET /users/42")
        #expect(response.text.contains("\"user\":\(user.text)"), "the user is passed on byte for byte")
        #expect(page["recentOrders"]?.elements.isEmpty == false)
        #expect(page["recommended"]?.elements.count == 3)
        #expect(page["unreadCount"]?.number != nil)
        let lite = try demo.exchangeInTime("GET /mobile/dashboard/42?lite=true")
        #expect(lite["Weft-Outcome"] == "unread;outcome=skipped")
        #expect(try lite.json()["unreadCount"]?.number == 0)
        #expect(try demo.exchangeInTime("GET /mobile/dashboard/999999").status == 404)
      }
    }

    @Test func theHomeFeed() throws {
      try withDemo { demo in
        let page = try demo.exchangeInTime("GET /mobile/home").json()
        let featured = try #require(page["featured"]?.elements)
        #expect(!featured.isEmpty && featured.allSatisfy { $0["rating"]?.number != nil }, "\(page)")
        #expect(page["forYou"] == .null && page["itemsInCart"] == .null)
        let personal = try demo.exchangeInTime("GET /mobile/home?userId=42")
        #expect(personal.status == 200 && personal["Weft-Outcome"] == nil, "\(personal)")
        #expect(try personal.json()["forYou"]?.elements.isEmpty == false)
      }
    }

    @Test func theProductPage() throws {
      try withDemo { demo in
        let response = try demo.exchangeInTime("GET /web/products/P1001")
        #expect(response.status == 200 && response["Weft-Outcome"] == nil, "\(response)")
        let page = try response.json()
        let product = try #require(page["product"])
        #expect(page["savings"]?.decimal == product["listPrice"]!.decimal! - product["price"]!.decimal!)
        #expect(page["isOnSale"] == .bool(product["price"]!.number! < product["listPrice"]!.number!))
        let reviews = try demo.ask("reviews", "GET /reviews?sku=P1001&limit=100").json()
        let ratings = (reviews["items"]?.elements ?? []).compactMap { $0["rating"]?.number }
        let average = (ratings.reduce(0, +) / Double(ratings.count) * 10).rounded() / 10
        #expect(page["averageRating"]?.number == average)
        #expect(page["reviewCount"]?.number == reviews["count"]?.number)
        let stock = try demo.ask("inventory", "GET /stock/P1001").json()
        #expect(page["inStock"] == .bool((stock["available"]?.number ?? 0) > 0))
        #expect(try demo.exchangeInTime("GET /web/products/none").status == 404)
        #expect(try demo.exchangeInTime("GET /web/about").status == 200)
      }
    }

    @Test func theCheckoutIsRightToTheCent() throws {
      try withDemo { demo in
        for number in 5001...5020 {
          let response = try demo.exchangeInTime("GET /api/checkout/\(number)")
          guard response.status == 200 else { continue }
          #expect(response["Weft-Outcome"] == nil, "\(response)")
          let page = try response.json()
          let lines = try #require(page["lines"]?.elements)
          let goods = lines.reduce(Decimal(0)) { $0 + $1["quantity"]!.decimal! * $1["unitPrice"]!.decimal! }
          #expect(page["totals"]?["goods"]?.decimal == goods, "\(number)")
          let shipping = try #require(page["totals"]?["shipping"]?.decimal)
          #expect(page["totals"]?["total"]?.decimal == goods + shipping, "\(number)")
          #expect(lines.allSatisfy { $0["name"]?.string != nil && $0["available"] != nil })
        }
        #expect(try demo.exchangeInTime("GET /api/checkout/5001").status == 200)
      }
    }

    @Test func plainRoutesPassThrough() throws {
      try withDemo { demo in
        let proxied = try demo.exchangeInTime("GET /api/products?limit=2")
        let own = try demo.ask("products", "GET /products/?limit=2")
        #expect(proxied.status == own.status && proxied.text == own.text)
        let added = try demo.exchange(
          "POST /api/carts/42/lines", headers: ["Content-Type: application/json"],
          body: #"{"sku":"P1003","quantity":2}"#)
        #expect((200..<300).contains(added.status), "\(added)")
        let removed = try demo.exchange("DELETE /api/carts/42/lines/P1003")
        #expect((200..<300).contains(removed.status), "\(removed)")
        #expect(try demo.exchangeInTime("GET /api/stock/P1001").status == 200)
        #expect(try demo.exchange("DELETE /api/stock/P1001").status == 405)
      }
    }

    @Test(arguments: [
      (#"{"mode":"fail","status":503}"#, "status;status=503"), (#"{"mode":"hang"}"#, "timeout"),
      (#"{"mode":"garbage"}"#, "invalid"), (#"{"mode":"reset"}"#, "connect"),
    ])
    func aBrokenServiceIsStoodInFor(_ fault: String, _ outcome: String) throws {
      try withDemo { demo in
        try demo.setFault("orders", fault)
        let wanted = OutcomeList("orders;outcome=\(outcome);used=fallback;dur=*")
        var response = try demo.exchange("GET /mobile/dashboard/42")
        for _ in 0..<20 where response["Weft-Outcome"].map({ OutcomeList($0) }) != wanted {
          response = try demo.exchange("GET /mobile/dashboard/42")
        }
        #expect(response.status == 200)
        let found = try #require(response["Weft-Outcome"])
        #expect(OutcomeList(found) == wanted, "\(found)")
        let page = try response.json()
        #expect(page["recentOrders"] == .array([]))
        #expect(page["_meta"]?["partial"] == .bool(true))
        #expect(page["_meta"]?["failures"]?["orders"]?["used"] == .string("fallback"))
        try demo.setFault("orders", #"{"mode":"ok"}"#)
        #expect(try demo.exchangeInTime("GET /mobile/dashboard/42")["Weft-Outcome"] == nil)
      }
    }

    @Test func aBrokenRequiredServiceIsAProblem() throws {
      try withDemo { demo in
        try demo.setFault("users", #"{"mode":"fail","status":500}"#)
        let response = try demo.exchangeInTime("GET /mobile/dashboard/42")
        #expect(response.status == 502)
        #expect(response["Content-Type"]?.hasPrefix("application/problem+json") == true)
        #expect(response["Weft-Outcome"]?.contains("user;outcome=status;status=500") == true)
      }
    }

    private func withDemo(_ body: (DemoProcess) throws -> Void) throws {
      let demo = try DemoProcess()
      try body(demo)
      let status = try demo.stop()
      #expect(status == 0, "\(demo.child.errors.text)")
    }
  }
}

extension JSONTree {
  fileprivate var decimal: Decimal? {
    if case .number(let text) = self { Decimal(string: text) } else { nil }
  }
}
