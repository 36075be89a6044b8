/// A backend of the demo shop: one HTTP service on a port of its own.
package enum Service: String, CaseIterable, Sendable {
  case users, orders, products, reviews, inventory, recommendations, notifications, cart, shipping

  /// 4001 for users to 4009 for shipping.
  package var defaultPort: Int { DemoShop.firstPort + (Service.allCases.firstIndex(of: self) ?? 0) }

  /// The environment variable by which `compositions/` find this service: `USERS_URL`.
  package var environmentName: String { rawValue.uppercased() + "_URL" }
}
