import JSONText
import TestSockets
import Testing

@testable import DemoShop

/// One connection to one service, and what it answers.
@Suite(.ownThreads) struct ServicesTests {
  @Test(arguments: [
    (Service.users, "/users/42", "name", #""Mira Okafor""#),
    (.users, "/users?limit=3", "count", "200"),
    (.orders, "/orders/5001", "total", "182.29"),
    (.orders, "/orders?userId=42&limit=1", "count", "3"),
    (.orders, "/orders?userId=99999", "items", "[]"),
    (.products, "/products/P1001", "listPrice", "129.99"),
    (.products, "/products?category=nothing", "items", "[]"),
    (.reviews, "/reviews?sku=P1001&limit=2", "count", "7"),
    (.inventory, "/stock/P1001", "available", "17"),
    (.recommendations, "/recommendations/42", "userId", "42"),
    (.recommendations, "/similar/P1001", "sku", #""P1001""#),
    (.notifications, "/notifications/42", "count", "5"),
    (.notifications, "/notifications/42?unread=true", "count", "2"),
    (.cart, "/carts/42", "userId", "42"),
  ])
  func member(service: Service, target: String, name: String, value: String) async throws {
    try await withShop { _, connect in
      let answer = try connect(service).call("GET", target)
      #expect(answer.status == 200)
      let found = try #require(JSONText(Array(answer.text.utf8)).root[member: name])
      #expect(found.withBytes { String(decoding: $0, as: UTF8.self) } == value)
    }
  }

  @Test func batchKeepsTheOrderAskedForAndLeavesOutTheUnknown() async throws {
    try await withShop { _, connect in
      let body = try connect(.inventory).call("GET", "/stock?skus=P1009,nothing,P1001").text
      let skus = try JSONText(Array(body.utf8)).root.elements.map { $0[member: "sku"]?.string }
      #expect(skus == ["P1009", "P1001"])
      #expect(try connect(.reviews).call("GET", "/ratings?skus=P1001").text.hasPrefix(#"[{"sku":"P1001","average":"#))
      #expect(try connect(.inventory).call("GET", "/stock").status == 400)
    }
  }

  @Test func suggestionsAreSixDifferentProducts() async throws {
    try await withShop { _, connect in
      for id in 1...30 {
        let body = try connect(.recommendations).call("GET", "/recommendations/\(id)").text
        let items = try #require(JSONText(Array(body.utf8)).root[member: "items"])
        #expect(Set(items.elements.map { $0[member: "sku"]?.string }).count == 6)
      }
    }
  }

  @Test func cartRemembers() async throws {
    try await withShop { _, connect in
      let cart = try connect(.cart)
      let added = try cart.call("POST", "/carts/42/lines", body: #"{"sku":"P1003","quantity":2}"#)
      #expect(added.status == 201)
      #expect(added.text.contains(#"{"sku":"P1003","name":"Paper Clips, Box of 100","quantity":2,"unitPrice":1.10}"#))
      #expect(try cart.call("PUT", "/carts/42/lines/P1003", body: #"{"quantity":7}"#).status == 200)
      #expect(
        try cart.call("GET", "/carts/42").text.contains(#""P1003","name":"Paper Clips, Box of 100","quantity":7"#))
      #expect(try cart.call("DELETE", "/carts/42/lines/P1003").status == 204)
      #expect(try cart.call("DELETE", "/carts/42/lines/P1003").status == 404)
      #expect(try cart.call("POST", "/carts/42/lines", body: #"{"sku":"no","quantity":1}"#).status == 422)
      #expect(try cart.call("POST", "/carts/42/lines", body: #"{"sku":"P1003","quantity":0}"#).status == 400)
    }
  }

  @Test(arguments: [
    (#"{"country":"SE","lines":[{"sku":"P1003","quantity":1}]}"#, 200),
    (#"{"country":"US","lines":[]}"#, 422),
    (#"{"country":"SE","lines":[{"sku":"none","quantity":1}]}"#, 422),
    (#"{"country":"SE"}"#, 400),
    ("", 400),
  ])
  func shippingQuote(body: String, status: Int) async throws {
    try await withShop { _, connect in
      let answer = try connect(.shipping).call("POST", "/quotes", body: body)
      #expect(answer.status == status)
      #expect(answer.text.contains(status == 200 ? #""currency":"EUR""# : #""error""#))
    }
  }

  @Test func whoTheClientIs() async throws {
    try await withShop { _, connect in
      let users = try connect(.users)
      let known = try users.call("GET", "/me", headers: ["Authorization: Bearer demo-42"])
      #expect(known.status == 200)
      #expect(try known.text == users.call("GET", "/users/42").text)
      for headers in [[], ["Authorization: Bearer demo-999"], ["Authorization: Basic demo-42"]] {
        #expect(try users.call("GET", "/me", headers: headers).status == 401)
      }
    }
  }

  @Test func anOrderIsItsUsersWhereThatIsAsked() async throws {
    try await withShop { _, connect in
      let orders = try connect(.orders)
      #expect(try orders.call("GET", "/orders/5001?userId=42").text == orders.call("GET", "/orders/5001").text)
      #expect(try orders.call("GET", "/orders/5001?userId=7").status == 404)
      let body = #"{"reference":"a","userId":42,"lines":[{"sku":"P1003","quantity":2}]}"#
      #expect(try orders.call("POST", "/orders", body: body).status == 201)
      #expect(try orders.call("GET", "/orders/a?userId=42").text.contains(#""reference":"a""#))
      #expect(try orders.call("GET", "/orders/a?userId=4").status == 404)
    }
  }

  @Test func ordersOfTheCatalogWerePaid() async throws {
    try await withShop { _, connect in
      let payments = try connect(.payments)
      #expect(
        try payments.call("GET", "/payments/5001").text
          == #"{"id":"PAY5001","reference":"5001","amount":182.29,"currency":"EUR"}"#)
      #expect(try payments.call("GET", "/payments/4999").status == 404)
      // They are none of what the service did.
      #expect(try payments.call("POST", "/payments/5001/refund").status == 404)
      #expect(try payments.call("GET", "/__books").text.hasPrefix(#"{"stands":[],"#))
    }
  }

  @Test func latenciesAreSmall() {
    let catalog = Catalog(seed: 42)
    let endpoints =
      catalog.usersEndpoints + Orders(catalog: catalog).endpoints + catalog.productsEndpoints
      + catalog.reviewsEndpoints + Inventory(catalog: catalog).endpoints + catalog.recommendationsEndpoints
      + catalog.notificationsEndpoints + Carts(catalog: catalog).endpoints + catalog.shippingEndpoints
      + Payments(catalog: catalog).endpoints + Identity(catalog: catalog).endpoints
    for endpoint in endpoints { #expect((5...40).contains(endpoint.latency), "\(endpoint.pattern)") }
  }
}
