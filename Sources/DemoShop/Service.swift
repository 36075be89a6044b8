/// A backend of the demo shop: one HTTP service on a port of its own.
package enum Service: String, CaseIterable, Sendable {
  case users, orders, products, reviews, inventory, recommendations, notifications, cart, shipping

  /// 4001 for users to 4009 for shipping, in the order of the cases.
  package var defaultPort: Int {
    switch self {
    case .users: 4001
    case .orders: 4002
    case .products: 4003
    case .reviews: 4004
    case .inventory: 4005
    case .recommendations: 4006
    case .notifications: 4007
    case .cart: 4008
    case .shipping: 4009
    }
  }

  /// The environment variable by which `compositions/` find this service: `USERS_URL`.
  package var environmentName: String { rawValue.uppercased() + "_URL" }
}
