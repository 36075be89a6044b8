import JSONText

/// What was paid, each under a reference of the payer's. *Guarded by* its book's lock.
final class Payments: Sendable {
  private struct Payment: BookRecord {
    let id: String
    let reference: String
    let amount: Hundredths

    var json: JSONValue {
      ["id": .string(id), "reference": .string(reference), "amount": .number(amount), "currency": "EUR"]
    }
  }

  private let book = Book<Payment>()

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
        book.record(request.captures[0]).map { .json($0.json) } ?? .problem(.notFound, "no such payment")
      },
      ShopEndpoint(.POST, "/payments/:reference/refund", latency: 20, undoes: true) { [self] request in
        book.undo(request.captures[0])
      },
    ]
  }
}
