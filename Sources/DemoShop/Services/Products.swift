extension Catalog {
  var productsEndpoints: [ShopEndpoint] {
    [
      ShopEndpoint(.GET, "/products", latency: 20) { [self] request in
        var found = products
        if let category = request.query["category"] { found.removeAll { $0.category != category } }
        if request.query["featured"] == "true" { found.removeAll { !$0.featured } }
        return page(of: found, request) { $0.json }
      },
      ShopEndpoint(.GET, "/products/:sku", latency: 10) { [self] request in
        product(request.captures[0]).map { .json($0.json) } ?? .problem(.notFound, "no such product")
      },
      ShopEndpoint(.GET, "/categories", latency: 5) { [self] _ in
        .json(
          .array(
            Vocabulary.categories.map { category in
              let count = products.count { $0.category == category }
              return ["name": .string(category), "products": .number(count)]
            }))
      },
    ]
  }
}
