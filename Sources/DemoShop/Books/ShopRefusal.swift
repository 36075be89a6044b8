import JSONText
import NIOHTTP1

/// Why a service does not do what it is asked for.
struct ShopRefusal: Error {
  let status: HTTPResponseStatus
  let message: String

  init(_ status: HTTPResponseStatus, _ message: String) {
    self.status = status
    self.message = message
  }
}

/// What was asked for: products and how many of each.
struct ShopLine: Sendable {
  let product: Product
  let quantity: Int

  /// Reads the member `lines` of a body: `[{"sku": "P1003", "quantity": 2}]`, 1 to 100 of them.
  static func all(in body: JSONSlice, _ catalog: Catalog) throws(ShopRefusal) -> [ShopLine] {
    let lines = body[member: "lines"].map { Array($0.elements) } ?? []
    guard (1...100).contains(lines.count) else {
      throw ShopRefusal(.badRequest, #"send {"lines": [{"sku": "P1003", "quantity": 2}]}, 1 to 100 of them"#)
    }
    var found: [ShopLine] = []
    for line in lines {
      guard let product = line[member: "sku"]?.string.flatMap(catalog.product),
        let quantity = line[member: "quantity"]?.numberText.flatMap({ Int($0) }), (1...999).contains(quantity)
      else { throw ShopRefusal(.unprocessableEntity, "each line needs a known sku and a quantity from 1 to 999") }
      found.append(ShopLine(product: product, quantity: quantity))
    }
    return found
  }

  static func json(_ lines: [ShopLine]) -> JSONValue {
    .array(lines.map { ["sku": .string($0.product.sku), "quantity": .number($0.quantity)] })
  }
}
