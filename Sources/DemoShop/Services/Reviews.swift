import JSONText

extension Catalog {
  var reviewsEndpoints: [ShopEndpoint] {
    [
      ShopEndpoint(.GET, "/reviews", latency: 30) { [self] request in
        guard let sku = request.query["sku"] else { return .problem(.badRequest, "say which product: ?sku=P1001") }
        guard let product = product(sku) else { return .problem(.notFound, "no such product") }
        return page(of: reviews(of: product), request) { $0.json }
      },
      // The batch form: unknown products are left out.
      ShopEndpoint(.GET, "/ratings", latency: 16) { [self] request in
        guard let skus = request.list("skus") else { return .problem(.badRequest, "say which: ?skus=P1001,P1002") }
        return .json(.array(skus.compactMap { product($0) }.map(rating)))
      },
    ]
  }

  /// The average with two decimals, `null` where there are no reviews.
  private func rating(of product: Product) -> JSONValue {
    let ratings = reviews(of: product).map(\.rating)
    let sum = ratings.reduce(0, +)
    let average: JSONValue =
      ratings.isEmpty
      ? .null : .number(Hundredths((sum * 200 + ratings.count) / (2 * ratings.count)))
    return ["sku": .string(product.sku), "average": average, "count": .number(ratings.count)]
  }
}
