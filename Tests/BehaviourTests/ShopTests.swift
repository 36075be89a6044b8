import Foundation
import Testing

extension Behaviour {
  /// `compositions/shop.yaml`: the shop behind tokens and limits.
  @Suite struct ShopTests {
    /// What is counted most strictly comes last, when the key of tokens is known.
    private static let routes = [
      "GET /products", "GET /products/P1001", "GET /orders", "GET /cart", "POST /cart/lines", "GET /checkout/5001",
      "GET /status", "GET /auth/me",
    ]

    @Test func withoutATokenThereIsOnlyTheLogin() throws {
      try withShop { shop in
        for route in Self.routes {
          let refused = try shop.ask(route)
          #expect(
            refused.status == 401 && refused["WWW-Authenticate"] == #"Bearer realm="shop""#, "\(route): \(refused)")
          #expect(try shop.ask(route, token: "a.b.c").status == 401)
        }
        let wrong = try shop.login("mira", "what")
        #expect(wrong.status == 401 && !wrong.text.contains("access_token"))
        let token = try shop.token("mira")
        for route in Self.routes where route.hasPrefix("GET") {
          let answer = try shop.askInTime(route, token: token)
          #expect(answer.status == 200 && answer["Weft-Outcome"] == nil, "\(route): \(answer)")
        }
        // Of another start of the service, which has another key.
        let other = try DemoProcess()
        let foreign = try Shop(demo: other).token("mira")
        #expect(try other.stop() == 0)
        #expect(try shop.ask("GET /auth/me", token: foreign).status == 401)
      }
    }

    @Test func customersSeeTheirOwn() throws {
      try withShop { shop in
        let (mira, bruno, guest) = (try shop.token("mira"), try shop.token("bruno"), try shop.token("guest"))
        let orders = try shop.askInTime("GET /orders", token: mira).json()
        #expect(
          try shop.ask("GET /auth/me", token: mira).text
            == #"{"id":"42","name":"Mira Okafor","scope":"orders:read cart:write"}"#)
        #expect(orders["items"]?.elements.map { $0["userId"]?.number } == [42, 42, 42])
        #expect(try shop.ask("GET /orders?userId=42", token: bruno).json()["items"]?[0]?["userId"]?.number != 42)
        #expect(try shop.askInTime("GET /checkout/5001", token: bruno).status == 404)
        #expect(try shop.ask("GET /checkout/5001", token: guest).status == 403)
        #expect(try shop.ask("GET /cart", token: bruno).status == 403)
        #expect(try shop.ask("GET /cart", token: mira).json()["userId"]?.number == 42)
        let added = try shop.ask("POST /cart/lines", token: mira, body: #"{"sku":"P1003","quantity":2}"#)
        #expect(added.status == 201, "\(added)")
        #expect(try shop.demo.ask("cart", "GET /carts/42").text.contains("P1003"))
      }
    }

    @Test func aCheckoutIsWhatItsServicesSay() throws {
      try withShop { shop in
        let token = try shop.token("mira")
        let whole = try shop.askInTime("GET /checkout/5001", token: token).json()
        #expect(whole.names == ["order", "customer", "payment", "shipping"])
        #expect(whole["order"]?["total"] == .number("182.29") && whole["order"]?["lines"]?.elements.count == 3)
        #expect(
          whole["payment"]
            == .object([.init(name: "id", value: .string("PAY5001")), .init(name: "amount", value: .number("182.29"))]))
        #expect(whole["customer"]?["name"]?.string == "Mira Okafor" && whole["shipping"]?["days"]?.number == 4)
        // One that is placed here is known by its reference, and so is its payment.
        let placed = try shop.demo.exchange(
          "POST /api/checkout", headers: ["Authorization: Bearer demo-42", "Content-Type: application/json"],
          body: #"{"id":"c1","lines":[{"sku":"P1003","quantity":2}]}"#)
        #expect(placed.status == 201, "\(placed)")
        let paid = try shop.askInTime("GET /checkout/42-c1", token: token).json()
        #expect(paid["payment"]?["id"]?.string == "PAY1" && paid["order"]?["total"] == .number("2.20"), "\(paid)")
        for (service, missing) in [("payments", ["payment"]), ("users", ["customer", "shipping"])] {
          try shop.demo.setFault(service, #"{"mode":"fail"}"#)
          let partial = try shop.askInTime("GET /checkout/5001", token: token)
          let page = try partial.json()
          #expect(partial.status == 200 && page["order"]?["id"]?.number == 5001 && page["_meta"] != nil, "\(partial)")
          #expect(["customer", "payment", "shipping"].filter { page[$0] == .null } == missing, "\(partial)")
          try shop.demo.setFault(service, #"{"mode":"ok"}"#)
        }
        try shop.demo.setFault("orders", #"{"mode":"fail"}"#)
        #expect(try shop.askInTime("GET /checkout/5001", token: token).status == 502)
      }
    }

    @Test func listingsAreKeptAndBackendsAreToldOf() throws {
      try withShop { shop in
        let token = try shop.token("mira")
        let first = try shop.askInTime("GET /products?limit=2", token: token)
        #expect(first.status == 200 && first["Cache-Control"] == "private, max-age=300", "\(first)")
        let status = try shop.askInTime("GET /status", token: token).json()
        #expect(status["status"]?.string == "up")
        let services = try #require(status["services"])
        #expect(Set(services.names) == Set(shop.demo.services.keys))
        #expect(services.names.allSatisfy { services[$0]?.string == "up" })
        for service in ["products", "payments"] { try shop.demo.setFault(service, #"{"mode":"fail"}"#) }
        // Also for another customer, whose token lets him in.
        let kept = try shop.ask("GET /products?limit=2", token: shop.token("bruno"))
        #expect(kept.status == 200 && kept.text == first.text && kept["Age"] != nil, "\(kept)")
        #expect(try shop.askInTime("GET /products?limit=3", token: token).status == 502)
        let degraded = try shop.askInTime("GET /status", token: token)
        let page = try degraded.json()
        #expect(degraded.status == 200 && page["status"]?.string == "degraded")
        let down = services.names.filter { page["services"]?[$0]?.string == "down" }
        #expect(down.sorted() == ["payments", "products"], "\(degraded)")
        #expect(page["_meta"]?["failures"]?.names.sorted() == ["payments", "products"])
      }
    }

    /// Ten attempts at who one is, a hundred requests in all, and every request is told what is left.
    @Test func limitsAreTheirs() throws {
      try withShop { shop in
        let token = try shop.token("mira")
        for left in (0..<9).reversed() {
          let answer = try shop.login("mira", left == 4 ? "demo" : "guess \(left)")
          #expect(
            answer.status == (left == 4 ? 200 : 401) && answer["RateLimit"]?.contains("\"auth\";r=\(left);") == true)
        }
        for refused in [try shop.login("mira", "demo"), try shop.ask("GET /auth/me", token: token)] {
          #expect(refused.status == 429 && refused["Retry-After"] != nil, "\(refused)")
        }
        // What was refused was not counted: 90 are left.
        for left in (0..<90).reversed() {
          let answer = try shop.ask("GET /products/P1001", token: token)
          #expect(answer["RateLimit"]?.hasPrefix("\"shop defaults\";r=\(left);") == true, "\(answer)")
        }
        #expect(try shop.ask("GET /products/P1001", token: token).status == 429)
        #expect(try shop.ask("GET /products/P1001").status == 429)
        // The other files are none of it.
        #expect(try shop.demo.exchange("GET /web/about").status == 200)
      }
    }

    private func withShop(_ body: (Shop) throws -> Void) throws {
      let demo = try DemoProcess()
      // The gateway fetches the key behind its start.
      #expect(eventually { (try? demo.ask("identity", "GET /__fault"))?.text.hasSuffix("\"requests\":0}") == false })
      try body(Shop(demo: demo))
      let status = try demo.stop()
      #expect(status == 0, "\(demo.child.errors.text)")
    }
  }
}

/// The routes of `compositions/shop.yaml` in a demo. *Immutable.*
private struct Shop {
  let demo: DemoProcess

  /// - Parameter route: without the file's prefix.
  func ask(_ route: String, token: String? = nil, body: String? = nil) throws -> RawResponse {
    let headers =
      (token.map { ["Authorization: Bearer \($0)"] } ?? [])
      + (body.map { _ in ["Content-Type: application/json"] } ?? [])
    return try demo.exchange(route.replacing(" /", with: " /shop/api/"), headers: headers, body: body)
  }

  /// The same once the key of tokens is known, and asked again where a deadline was missed: on a busy machine that says
  /// nothing.
  func askInTime(_ route: String, token: String) throws -> RawResponse {
    var answer = try ask(route, token: token)
    let isKnown = eventually {
      if answer.status == 503, let again = try? ask(route, token: token) { answer = again }
      return answer.status != 503
    }
    #expect(isKnown, "\(answer)")
    for _ in 0..<20 where answer["Weft-Outcome"]?.contains("outcome=timeout") == true {
      answer = try ask(route, token: token)
    }
    return answer
  }

  func login(_ user: String, _ password: String) throws -> RawResponse {
    try ask("POST /auth/login", body: #"{"user":"\#(user)","password":"\#(password)"}"#)
  }

  func token(_ user: String) throws -> String {
    let answer = try login(user, "demo")
    return try #require(answer.json()["access_token"]?.string, "\(answer)")
  }
}
