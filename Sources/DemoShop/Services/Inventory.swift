import JSONText

extension Catalog {
  var inventoryEndpoints: [ShopEndpoint] {
    [
      ShopEndpoint(.GET, "/stock/:sku", latency: 6) { [self] request in
        product(request.captures[0]).map { .json(stock(of: $0)) } ?? .problem(.notFound, "no such product")
      },
      // The batch form: unknown products are left out.
      ShopEndpoint(.GET, "/stock", latency: 9) { [self] request in
        guard let skus = request.list("skus") else { return .problem(.badRequest, "say which: ?skus=P1001,P1002") }
        return .json(.array(skus.compactMap { product($0) }.map(stock)))
      },
    ]
  }

  private func stock(of product: Product) -> JSONValue {
    var generator = Generator(seed: seed, "stock", Int(product.sku.dropFirst()) ?? 0)
    let drawn = generator.chance(15) ? 0 : generator.int(1...250)
    let available = product.sku == Product.sku(1) ? 17 : drawn
    return [
      "sku": .string(product.sku),
      "available": .number(available),
      "warehouse": .string(generator.pick(Vocabulary.warehouses)),
    ]
  }
}
