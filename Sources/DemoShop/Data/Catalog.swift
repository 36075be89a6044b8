/// All records of the shop. *Immutable*; the same for the same seed.
final class Catalog: Sendable {
  let products: [Product]
  let users: [User]
  let orders: [Order]
  let seed: UInt64

  private let productIndex: [String: Int]

  init(seed: UInt64, productCount: Int = 600, userCount: Int = 200) {
    self.seed = seed
    let products = (1...productCount).map { Product(number: $0, seed: seed) }
    self.products = products
    productIndex = Dictionary(uniqueKeysWithValues: products.enumerated().map { ($1.sku, $0) })
    users = (1...userCount).map { User(id: $0, seed: seed) }
    var orders = Order.fixed(for: User.known, products: products)
    for user in users where user.id != User.known {
      var generator = Generator(seed: seed, "orders of user", user.id)
      for _ in 0..<generator.int(0...6) {
        orders.append(Order(id: Order.firstID + orders.count, userID: user.id, products: products, seed: seed))
      }
    }
    self.orders = orders
  }

  func product(_ sku: String) -> Product? {
    productIndex[sku].map { products[$0] }
  }

  func user(_ id: String) -> User? {
    guard let number = Int(id), users.indices.contains(number - 1), String(number) == id else { return nil }
    return users[number - 1]
  }

  func order(_ id: String) -> Order? {
    guard let number = Int(id), orders.indices.contains(number - Order.firstID), String(number) == id else {
      return nil
    }
    return orders[number - Order.firstID]
  }

  /// Newest first.
  func orders(ofUser id: Int) -> [Order] {
    orders.filter { $0.userID == id }.sorted { $0.placedAt > $1.placedAt }
  }

  /// Newest first; empty for an unknown product.
  func reviews(of product: Product) -> [Review] {
    Review.all(of: product, seed: seed)
  }
}
