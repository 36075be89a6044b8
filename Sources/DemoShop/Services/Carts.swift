import JSONText
import Locking
import NIOHTTP1

/// The cart service, the only one that remembers. *Guarded by* its lock.
final class Carts: Sendable {
  struct Line: Sendable {
    let sku: String
    var quantity: Int
  }

  private static let maxQuantity = 99

  private let catalog: Catalog
  /// By user; a user that is missing here has the cart that everyone starts with.
  private let lines = Locked<[Int: [Line]]>([:])

  init(catalog: Catalog) {
    self.catalog = catalog
  }

  var endpoints: [ShopEndpoint] {
    [
      ShopEndpoint(.GET, "/carts/:userId", latency: 11) { [self] request in
        withUser(request) { .json(shown($0)) }
      },
      ShopEndpoint(.POST, "/carts/:userId/lines", latency: 15) { [self] request in
        withUser(request) { add(request.body, to: $0) }
      },
      ShopEndpoint(.PUT, "/carts/:userId/lines/:sku", latency: 15) { [self] request in
        withUser(request) { replace(request.captures[1], with: request.body, in: $0) }
      },
      ShopEndpoint(.DELETE, "/carts/:userId/lines/:sku", latency: 13) { [self] request in
        withUser(request) { remove(request.captures[1], from: $0) }
      },
    ]
  }

  private func withUser(_ request: ShopRequest, _ answer: (User) -> ShopAnswer) -> ShopAnswer {
    catalog.user(request.captures[0]).map(answer) ?? .problem(.notFound, "no such user")
  }

  /// `{"sku": "P1001", "quantity": 2}` adds to what is there.
  private func add(_ body: [UInt8], to user: User) -> ShopAnswer {
    guard let body = try? JSONText(body).root, let sku = body[member: "sku"]?.string,
      let quantity = Carts.quantity(in: body)
    else {
      return .problem(.badRequest, #"send {"sku": "P1001", "quantity": 1 to \#(Carts.maxQuantity)}"#)
    }
    guard catalog.product(sku) != nil else { return .problem(.unprocessableEntity, "no such product") }
    change(user) { lines in
      if let place = lines.firstIndex(where: { $0.sku == sku }) {
        lines[place].quantity = min(Carts.maxQuantity, lines[place].quantity + quantity)
      } else {
        lines.append(Line(sku: sku, quantity: quantity))
      }
    }
    return .json(shown(user), status: .created)
  }

  private func replace(_ sku: String, with body: [UInt8], in user: User) -> ShopAnswer {
    guard let body = try? JSONText(body).root, let quantity = Carts.quantity(in: body) else {
      return .problem(.badRequest, #"send {"quantity": 1 to \#(Carts.maxQuantity)}"#)
    }
    let isThere = change(user) { lines in
      guard let place = lines.firstIndex(where: { $0.sku == sku }) else { return false }
      lines[place].quantity = quantity
      return true
    }
    return isThere ? .json(shown(user)) : .problem(.notFound, "not in the cart")
  }

  private func remove(_ sku: String, from user: User) -> ShopAnswer {
    let isThere = change(user) { lines in
      let count = lines.count
      lines.removeAll { $0.sku == sku }
      return lines.count < count
    }
    return isThere ? .noContent : .problem(.notFound, "not in the cart")
  }

  private static func quantity(in body: JSONSlice) -> Int? {
    guard let quantity = body[member: "quantity"]?.numberText.flatMap({ Int($0) }) else { return nil }
    return (1...maxQuantity).contains(quantity) ? quantity : nil
  }

  private func change<Result>(_ user: User, _ body: (inout [Line]) -> Result) -> Result {
    let first = first(of: user)
    return lines.withLock { body(&$0[user.id, default: first]) }
  }

  private func first(of user: User) -> [Line] {
    var generator = Generator(seed: catalog.seed, "cart", user.id)
    let start = generator.int(0...catalog.products.count - 4)
    return (0..<generator.int(1...3)).map { place in
      Line(sku: catalog.products[start + place].sku, quantity: generator.int(1...3))
    }
  }

  private func shown(_ user: User) -> JSONValue {
    let lines = lines.withLock { $0[user.id] } ?? first(of: user)
    let items = lines.compactMap { line in catalog.product(line.sku).map { (line: line, product: $0) } }
    return [
      "userId": .number(user.id),
      "currency": "EUR",
      "total": .number(items.reduce(Hundredths(0)) { $0 + $1.product.price * $1.line.quantity }),
      "lines": .array(
        items.map {
          [
            "sku": .string($0.product.sku),
            "name": .string($0.product.name),
            "quantity": .number($0.line.quantity),
            "unitPrice": .number($0.product.price),
          ]
        }),
    ]
  }
}
