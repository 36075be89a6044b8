/// Documents as a shop's backends send them: short names, mixed types, few escapes.
enum SampleDocument {
  /// About 330 bytes per order.
  static func orders(count: Int) -> [UInt8] {
    let orders = (0..<count).map { number in
      """
      {"id":"order-\(1000 + number)","status":"\(number % 3 == 0 ? "shipped" : "open")","total":\(number * 37 % 900).99,\
      "currency":"EUR","placedAt":"2025-06-\(10 + number % 20)T08:30:00Z","express":\(number % 2 == 0),"coupon":null,\
      "customer":{"id":\(77 + number),"name":"Zoë Müller","email":"zoe\(number)@example.com"},\
      "lines":[{"sku":"sku-\(number)","count":2,"price":19.99},{"sku":"sku-\(number + 1)","count":1,"price":5.01}]}
      """
    }
    return Array("{\"items\":[\(orders.joined(separator: ",\n"))],\"total\":\(count),\"next\":null}".utf8)
  }
}
