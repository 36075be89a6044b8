import DemoShop
import TestSockets

/// Runs a shop without latency on free ports, and stops it after `body`.
func withShop(
  latency: DemoShop.Latency = .none, _ body: (DemoShop, (Service) throws -> RawSocket) async throws -> Void
) async throws {
  let shop = DemoShop(latency: latency)
  let ports = try shop.start(firstPort: 0)
  defer { shop.stop() }
  try await body(shop) { try RawSocket(port: ports[$0] ?? 0) }
}

extension RawSocket {
  func call(
    _ method: String, _ target: String, body: String? = nil, headers: [String] = []
  ) throws -> RawAnswer {
    let length = body.map { "Content-Length: \($0.utf8.count)\r\n" } ?? ""
    let lines = headers.map { $0 + "\r\n" }.joined() + length
    try send("\(method) \(target) HTTP/1.1\r\nHost: shop\r\n\(lines)\r\n\(body ?? "")")
    return try answer(isHead: method == "HEAD")
  }
}
