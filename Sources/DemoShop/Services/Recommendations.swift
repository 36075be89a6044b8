import JSONText

extension Catalog {
  var recommendationsEndpoints: [ShopEndpoint] {
    [
      ShopEndpoint(.GET, "/recommendations/:userId", latency: 40) { [self] request in
        guard let user = user(request.captures[0]) else { return .problem(.notFound, "no such user") }
        return .json(["userId": .number(user.id), "items": suggestions("for user", user.id)])
      },
      ShopEndpoint(.GET, "/similar/:sku", latency: 35) { [self] request in
        guard let product = product(request.captures[0]) else { return .problem(.notFound, "no such product") }
        let number = Int(product.sku.dropFirst()) ?? 0
        return .json(["sku": .string(product.sku), "items": suggestions("similar", number)])
      },
    ]
  }

  /// Six different products.
  private func suggestions(_ kind: StaticString, _ number: Int) -> JSONValue {
    var generator = Generator(seed: seed, kind, number)
    let start = generator.int(0...products.count - 1)
    // A step that shares no factor with the product count (2³·3·5²) never meets a product twice.
    let step = generator.pick([7, 11, 77, 91, 121, 143])
    return .array(
      (0..<6).map { place in
        let product = products[(start + place * step) % products.count]
        return [
          "sku": .string(product.sku),
          "name": .string(product.name),
          "price": .number(product.price),
          "reason": .string(generator.pick(Vocabulary.reasons)),
        ]
      })
  }
}
