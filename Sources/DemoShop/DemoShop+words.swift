extension DemoShop {
  /// One line for each service: where it listens. Empty where the shop does not run.
  package var summary: [String] {
    let ports = ports
    return Service.allCases.compactMap { service in
      ports[service].map { port in
        let name = service.rawValue
        return "demo \(name)\(String(repeating: " ", count: 16 - name.utf8.count)) http://127.0.0.1:\(port)"
      }
    }
  }

  /// What to try, over a gateway that serves `compositions/` at `HOST:PORT`, with its admin page at another.
  package func suggestions(gateway address: String, admin: String) -> String {
    // Nobody can connect to "every address" by name.
    func reachable(_ address: String) -> String {
      address.hasPrefix("0.0.0.0:") ? "localhost\(address.dropFirst(7))" : address
    }
    let host = reachable(address)
    let orders = ports[.orders] ?? Service.orders.defaultPort
    return """

      Try, in another terminal:

        curl \(host)/mobile/dashboard/42       four backends, one answer
        curl \(host)/web/products/P1001        a product page
        curl \(host)/api/checkout/5001         calls that need each other, exact totals
        curl '\(host)/api/products?limit=2'    plain proxying
        curl \(host)/api/checkout -H 'Authorization: Bearer demo-42' \\
          -d '{"id": "c1", "lines": [{"sku": "P1003", "quantity": 2}]}'
                                               three writes, all of them or none

      The same shop behind tokens and limits:

        TOKEN=$(curl -s \(host)/shop/api/auth/login \\
          -d '{"user": "mira", "password": "demo"}' | cut -d'"' -f4)
        curl -i \(host)/shop/api/checkout/5001 -H "Authorization: Bearer $TOKEN"
        curl -i \(host)/shop/api/checkout/5001   without a token: 401
        curl \(host)/shop/api/status -H "Authorization: Bearer $TOKEN"
                                               how each backend is

      Break a backend, and see what becomes of an answer that is not in the cache:

        curl 127.0.0.1:\(orders)/__fault -d '{"mode": "fail"}'
        curl -i \(host)/mobile/dashboard/7
        curl 127.0.0.1:\(orders)/__fault -d '{"mode": "ok"}'

      See what is slow, failed or kept, and why: http://\(reachable(admin))/

      Modes are \(Fault.Mode.allCases.map(\.rawValue).joined(separator: ", ")). Ctrl-C ends it.
      """
  }
}

/// A backend of the demo shop: one HTTP service on a port of its own.
package enum Service: String, CaseIterable, Sendable {
  case users, orders, products, reviews, inventory, recommendations, notifications, cart, shipping, payments, identity

  /// 4001 for users to 4011 for identity.
  package var defaultPort: Int { DemoShop.firstPort + (Service.allCases.firstIndex(of: self) ?? 0) }

  /// The environment variable by which `compositions/` find this service: `USERS_URL`.
  package var environmentName: String { rawValue.uppercased() + "_URL" }
}
