import JSONText

/// The orders of the catalog, and those that are placed. *Guarded by* its book's lock.
final class Orders: Sendable {
  private struct PlacedOrder: BookRecord {
    let order: Order
    let reference: String
    let payment: String?

    var json: JSONValue {
      guard case .object(var members) = order.json else { return .null }
      members.append("reference", .string(reference))
      members.append("payment", payment.map { .string($0) } ?? .null)
      return .object(members)
    }
  }

  private let catalog: Catalog
  private let book = Book<PlacedOrder>()

  init(catalog: Catalog) {
    self.catalog = catalog
  }

  var books: JSONValue { book.json }

  var endpoints: [ShopEndpoint] {
    [
      ShopEndpoint(.GET, "/orders", latency: 24) { [self] request in
        guard let text = request.query["userId"] else { return catalog.page(of: catalog.orders, request) { $0.json } }
        guard let id = Int(text) else { return .problem(.badRequest, "userId is a number") }
        return catalog.page(of: catalog.orders(ofUser: id), request) { $0.json }
      },
      // By its number, or by the reference under which it was placed. With `?userId=` only that user's is there.
      ShopEndpoint(.GET, "/orders/:id", latency: 14) { [self] request in
        let id = request.captures[0]
        let found = catalog.order(id).map { ($0.userID, $0.json) } ?? book.record(id).map { ($0.order.userID, $0.json) }
        guard let (owner, json) = found, request.query["userId"].map({ $0 == String(owner) }) ?? true else {
          return .problem(.notFound, "no such order")
        }
        return .json(json)
      },
      ShopEndpoint(.POST, "/orders", latency: 18) { [self] request in
        guard let reference = (try? request.json())?[member: "reference"]?.string else {
          return .problem(.badRequest, #"send {"reference": "…", "userId": 42, "lines": […], "payment": "…"}"#)
        }
        return book.enter(reference, request) { number throws(ShopRefusal) in
          try place(reference, try request.json(), number)
        }
      },
      ShopEndpoint(.DELETE, "/orders/:reference", latency: 12, undoes: true) { [self] request in
        book.undo(request.captures[0])
      },
    ]
  }

  private func place(_ reference: String, _ body: JSONSlice, _ number: Int) throws(ShopRefusal) -> PlacedOrder {
    guard let user = body[member: "userId"]?.numberText.flatMap(catalog.user) else {
      throw ShopRefusal(.unprocessableEntity, "no such user")
    }
    let order = Order(
      id: Order.firstID + catalog.orders.count + number, userID: user.id, lines: try ShopLine.all(in: body, catalog))
    return PlacedOrder(order: order, reference: reference, payment: body[member: "payment"]?.string)
  }
}
