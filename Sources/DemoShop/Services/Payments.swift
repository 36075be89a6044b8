import JSONText

/// What was paid, each under a reference of the payer's, and what the orders of the catalog were paid with. *Guarded by* its
/// book's lock.
final class Payments: Sendable {
  private struct Payment: BookRecord {
    let id: String
    let reference: String
    let amount: Hundredths

    var json: JSONValue {
      ["id": .string(id), "reference": .string(reference), "amount": .number(amount), "currency": "EUR"]
    }
  }

  private let catalog: Catalog
  private let book = Book<Payment>()

  init(catalog: Catalog) {
    self.catalog = catalog
  }

  var books: JSONValue { book.json }

  var endpoints: [ShopEndpoint] {
    [
      ShopEndpoint(.POST, "/payments", latency: 30) { [self] request in
        guard let body = try? request.json(), let reference = body[member: "reference"]?.string,
          let amount = body[member: "amount"]?.numberText.flatMap(Hundredths.init(text:)), amount.count > 0
        else { return .problem(.badRequest, #"send {"reference": "…", "amount": 9.95}"#) }
        return book.enter(reference, request) { Payment(id: "PAY\($0 + 1)", reference: reference, amount: amount) }
      },
      ShopEndpoint(.GET, "/payments/:reference", latency: 10) { [self] request in
        let reference = request.captures[0]
        let payment = catalog.order(reference).map(Payments.payment) ?? book.record(reference)
        return payment.map { .json($0.json) } ?? .problem(.notFound, "no such payment")
      },
      ShopEndpoint(.POST, "/payments/:reference/refund", latency: 20, undoes: true) { [self] request in
        book.undo(request.captures[0])
      },
    ]
  }

  /// That of an order that was there before the shop began; its reference is the order's number.
  private static func payment(of order: Order) -> Payment {
    Payment(id: "PAY\(order.id)", reference: String(order.id), amount: order.total)
  }
}
