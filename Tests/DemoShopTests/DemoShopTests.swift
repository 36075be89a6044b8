import DemoShop
import Testing

@Suite struct DemoShopTests {
  @Test func everyServiceIsUp() async throws {
    try await withShop { _, connect in
      for service in Service.allCases {
        let answer = try connect(service).call("GET", "/health")
        #expect(answer.status == 200, "\(service)")
        #expect(answer.body == #"{"status":"up"}"#)
      }
    }
  }

  @Test func standardPortsAreThoseOfTheDocumentation() {
    #expect(Service.allCases.map(\.defaultPort) == Array(4001...4009))
    #expect(Service.users.environmentName == "USERS_URL")
  }

  @Test func environmentSaysWhereTheServicesListen() async throws {
    let shop = DemoShop(latency: .none)
    #expect(shop.environment.isEmpty)
    let ports = try await shop.start(ports: .ephemeral)
    #expect(shop.environment.count == Service.allCases.count)
    #expect(shop.environment["CART_URL"] == ports[.cart].map { "http://127.0.0.1:\($0)" })
    await shop.stop()
    #expect(shop.environment.isEmpty)
  }

  @Test func runsAgainAfterAStop() async throws {
    let shop = DemoShop(latency: .none)
    try await shop.start(ports: .ephemeral)
    await #expect(throws: DemoShopError.self) { try await shop.start(ports: .ephemeral) }
    await shop.stop()
    await shop.stop()
    let ports = try await shop.start(ports: .ephemeral)
    #expect(try ClientConnection(port: ports[.users] ?? 0).call("GET", "/health").status == 200)
    await shop.stop()
  }

  @Test func takenPortIsNamedAndNothingListens() async throws {
    let first = DemoShop(latency: .none)
    let taken = try await first.start(ports: .ephemeral)
    let second = DemoShop(latency: .none)
    let error = await #expect(throws: DemoShopError.self) {
      try await second.start(ports: .chosen([.shipping: taken[.shipping] ?? 0]))
    }
    #expect("\(try #require(error))".contains("shipping can't listen on 127.0.0.1:\(taken[.shipping] ?? 0)"))
    #expect(second.environment.isEmpty)
    await first.stop()
    try await second.start(ports: .ephemeral)
    await second.stop()
  }

  @Test func sameDataInEveryRun() async throws {
    var bodies: [String] = []
    for _ in 0..<2 {
      try await withShop { _, connect in
        bodies.append(try connect(.products).call("GET", "/products?limit=1000").body)
      }
    }
    #expect(bodies[0] == bodies[1])
  }
}
