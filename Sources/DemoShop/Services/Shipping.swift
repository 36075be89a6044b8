import JSONText

extension Catalog {
  var shippingEndpoints: [ShopEndpoint] {
    [
      ShopEndpoint(.GET, "/methods", latency: 5) { _ in
        .json(.array(["standard", "express"]))
      },
      ShopEndpoint(.POST, "/quotes", latency: 22) { [self] request in
        quote(request.body)
      },
    ]
  }
}

extension Catalog {
  /// `{"country": "SE", "lines": [{"sku": "P1001", "quantity": 1}]}`: a price by weight and country.
  private func quote(_ body: [UInt8]) -> ShopAnswer {
    guard let body = try? JSONText(body).root, let country = body[member: "country"]?.string,
      let lines = body[member: "lines"], lines.kind == .array
    else {
      return .problem(.badRequest, #"send {"country": "SE", "lines": [{"sku": "P1001", "quantity": 1}]}"#)
    }
    guard Vocabulary.countries.contains(country) else {
      return .problem(.unprocessableEntity, "the shop does not send to that country")
    }
    var weight = Hundredths(0)
    for line in lines.elements {
      guard let product = line[member: "sku"]?.string.flatMap(product),
        let quantity = line[member: "quantity"]?.numberText.flatMap({ Int($0) }), (1...999).contains(quantity)
      else {
        return .problem(.unprocessableEntity, "each line needs a known sku and a quantity from 1 to 999")
      }
      weight = weight + product.weight * quantity
    }
    let isHome = country == "DE" || country == "NL"
    let price = Hundredths((isHome ? 4_95 : 7_90) + weight.count / 100 * 35)
    return .json([
      "method": "standard",
      "country": .string(country),
      "weightKg": .number(weight),
      "price": .number(price),
      "currency": "EUR",
      "days": .number(isHome ? 2 : 4),
    ])
  }
}
