import JSONText

/// What a customer bought, at the prices of that day.
struct Order: Sendable {
  struct Line: Sendable {
    let sku: String
    let quantity: Int
    let unitPrice: Hundredths
  }

  static let firstID = 5001

  let id: Int
  let userID: Int
  let status: String
  let placedAt: String
  let lines: [Line]

  var total: Hundredths {
    lines.reduce(Hundredths(0)) { $0 + $1.unitPrice * $1.quantity }
  }

  init(id: Int, userID: Int, products: [Product], seed: UInt64) {
    var generator = Generator(seed: seed, "order", id)
    self.id = id
    self.userID = userID
    status = generator.pick(["placed", "packed", "shipped", "delivered", "returned"])
    placedAt = DateText.before(minutes: generator.int(600...500_000))
    lines = (0..<generator.int(1...5)).map { _ in
      let product = generator.pick(products)
      return Line(sku: product.sku, quantity: generator.int(1...4), unitPrice: product.listPrice)
    }
  }

  /// One that is placed now, at the products' prices.
  init(id: Int, userID: Int, lines: [ShopLine]) {
    let lines = lines.map { Line(sku: $0.product.sku, quantity: $0.quantity, unitPrice: $0.product.price) }
    self.init(id: id, userID: userID, status: "placed", minutesAgo: 0, lines: lines)
  }

  private init(id: Int, userID: Int, status: String, minutesAgo: Int, lines: [Line]) {
    self.id = id
    self.userID = userID
    self.status = status
    placedAt = DateText.before(minutes: minutesAgo)
    self.lines = lines
  }

  /// The first orders, the same for every seed: the documentation shows them.
  static func fixed(for user: Int, products: [Product]) -> [Order] {
    let lamp = Line(sku: Product.sku(1), quantity: 1, unitPrice: Hundredths(129_99))
    let notebooks = Line(sku: Product.sku(2), quantity: 2, unitPrice: Hundredths(24_50))
    let clips = Line(sku: Product.sku(3), quantity: 3, unitPrice: Hundredths(1_10))
    return [
      Order(id: firstID, userID: user, status: "placed", minutesAgo: 135, lines: [lamp, notebooks, clips]),
      Order(id: firstID + 1, userID: user, status: "shipped", minutesAgo: 9_000, lines: [notebooks]),
      Order(id: firstID + 2, userID: user, status: "delivered", minutesAgo: 61_000, lines: [clips, lamp]),
    ]
  }

  var json: JSONValue {
    [
      "id": .number(id),
      "userId": .number(userID),
      "status": .string(status),
      "placedAt": .string(placedAt),
      "currency": "EUR",
      "total": .number(total),
      "lines": .array(
        lines.map {
          [
            "sku": .string($0.sku), "quantity": .number($0.quantity), "unitPrice": .number($0.unitPrice),
          ]
        }),
    ]
  }
}
