import DemoShop

/// Runs a shop without latency on free ports, and stops it after `body`.
func withShop(
  latency: DemoShop.Latency = .none, _ body: (DemoShop, (Service) throws -> ClientConnection) async throws -> Void
) async throws {
  let shop = DemoShop(latency: latency)
  let ports = try shop.start(firstPort: 0)
  defer { shop.stop() }
  try await body(shop) { try ClientConnection(port: ports[$0] ?? 0) }
}
