import JSONText
import Locking

/// The stock, and what is reserved of it. *Guarded by* its locks; the book's is taken first.
final class Inventory: Sendable {
  private struct Reservation: BookRecord {
    let id: String
    let lines: [ShopLine]

    var json: JSONValue { ["id": .string(id), "lines": ShopLine.json(lines)] }
  }

  private let catalog: Catalog
  private let book = Book<Reservation>()
  /// By sku.
  private let reserved = Locked<[String: Int]>([:])

  init(catalog: Catalog) {
    self.catalog = catalog
  }

  var books: JSONValue { book.json }

  var endpoints: [ShopEndpoint] {
    [
      ShopEndpoint(.GET, "/stock/:sku", latency: 6) { [self] request in
        catalog.product(request.captures[0]).map { .json(stock(of: $0)) } ?? .problem(.notFound, "no such product")
      },
      // The batch form: unknown products are left out.
      ShopEndpoint(.GET, "/stock", latency: 9) { [self] request in
        guard let skus = request.list("skus") else { return .problem(.badRequest, "say which: ?skus=P1001,P1002") }
        return .json(.array(skus.compactMap { catalog.product($0) }.map(stock)))
      },
      ShopEndpoint(.PUT, "/reservations/:id", latency: 12) { [self] request in
        book.enter(request.captures[0], request) { _ throws(ShopRefusal) in try reserve(request) }
      },
      ShopEndpoint(.GET, "/reservations/:id", latency: 6) { [self] request in
        book.record(request.captures[0]).map { .json($0.json) } ?? .problem(.notFound, "no such reservation")
      },
      ShopEndpoint(.DELETE, "/reservations/:id", latency: 8, undoes: true) { [self] request in
        book.undo(request.captures[0]) { change($0.lines, by: -1) }
      },
    ]
  }

  private func reserve(_ request: ShopRequest) throws(ShopRefusal) -> Reservation {
    let lines = try ShopLine.all(in: try request.json(), catalog)
    // One book, one lock: nobody else reserves between the two.
    for line in lines {
      let wanted = lines.reduce(0) { $0 + ($1.product.sku == line.product.sku ? $1.quantity : 0) }
      guard wanted <= available(line.product) else {
        throw ShopRefusal(.conflict, "there are not so many of \(line.product.sku)")
      }
    }
    change(lines, by: 1)
    return Reservation(id: request.captures[0], lines: lines)
  }

  private func change(_ lines: [ShopLine], by sign: Int) {
    reserved.withLock { reserved in
      for line in lines { reserved[line.product.sku, default: 0] += sign * line.quantity }
    }
  }

  private func available(_ product: Product) -> Int {
    drawn(product).available - reserved.withLock { $0[product.sku] ?? 0 }
  }

  private func stock(of product: Product) -> JSONValue {
    [
      "sku": .string(product.sku),
      "available": .number(available(product)),
      "warehouse": .string(drawn(product).warehouse),
    ]
  }

  private func drawn(_ product: Product) -> (available: Int, warehouse: String) {
    var generator = Generator(seed: catalog.seed, "stock", Int(product.sku.dropFirst()) ?? 0)
    let drawn = generator.chance(15) ? 0 : generator.int(1...250)
    return (product.sku == Product.sku(1) ? 17 : drawn, generator.pick(Vocabulary.warehouses))
  }
}
