extension Catalog {
  var ordersEndpoints: [ShopEndpoint] {
    [
      ShopEndpoint(.GET, "/orders", latency: 24) { [self] request in
        guard let text = request.query["userId"] else { return page(of: orders, request) { $0.json } }
        guard let id = Int(text) else { return .problem(.badRequest, "userId is a number") }
        return page(of: orders(ofUser: id), request) { $0.json }
      },
      ShopEndpoint(.GET, "/orders/:id", latency: 14) { [self] request in
        order(request.captures[0]).map { .json($0.json) } ?? .problem(.notFound, "no such order")
      },
    ]
  }
}
