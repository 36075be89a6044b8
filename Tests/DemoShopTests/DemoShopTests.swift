import DemoShop
import TestSockets
import Testing

@Suite(.ownThreads) struct DemoShopTests {
  @Test func everyServiceIsUp() async throws {
    try await withShop { _, connect in
      for service in Service.allCases {
        let answer = try connect(service).call("GET", "/health")
        #expect(answer.status == 200, "\(service)")
        #expect(answer.text == #"{"status":"up"}"#)
      }
    }
  }

  @Test func standardPortsAreThoseOfTheDocumentation() {
    #expect(Service.allCases.map(\.defaultPort) == Array(4001...4011))
    #expect(Service.users.environmentName == "USERS_URL")
  }

  @Test func environmentSaysWhereTheServicesListen() async throws {
    let shop = DemoShop(latency: .none)
    #expect(shop.environment.isEmpty)
    let ports = try shop.start(firstPort: 0)
    #expect(shop.environment.count == Service.allCases.count)
    #expect(shop.environment["CART_URL"] == ports[.cart].map { "http://127.0.0.1:\($0)" })
    shop.stop()
    #expect(shop.environment.isEmpty)
  }

  @Test func portsInARow() async throws {
    // Some eleven in a row are free; another program may take one at any moment, so this looks further.
    let shop = DemoShop(latency: .none)
    for first in stride(from: 23_000, to: 32_000, by: 11) {
      guard let ports = try? shop.start(firstPort: first) else { continue }
      #expect(Service.allCases.map { ports[$0] } == (first..<first + 11).map { $0 })
      break
    }
    #expect(shop.ports.count == 11)
    shop.stop()
  }

  @Test(arguments: [-1, 65_530, 70_000])
  func portsOutOfRange(first: Int) {
    let shop = DemoShop(latency: .none)
    #expect(throws: DemoShopError.self) { try shop.start(firstPort: first) }
    #expect(shop.ports.isEmpty)
  }

  @Test func wordsSayWhereAndWhatToTry() throws {
    let shop = DemoShop(latency: .none)
    #expect(shop.summary.isEmpty)
    let ports = try shop.start(firstPort: 0)
    #expect(shop.summary.count == 11)
    #expect(shop.summary[0] == "demo users            http://127.0.0.1:\(ports[.users] ?? 0)")
    let words = shop.suggestions(gateway: "0.0.0.0:8080", admin: "127.0.0.1:8081")
    #expect(words.contains("http://127.0.0.1:8081/\n"))
    #expect(words.contains("curl localhost:8080/mobile/dashboard/42 "))
    #expect(words.contains("curl localhost:8080/api/checkout -H 'Authorization: Bearer demo-42' \\\n"))
    #expect(words.contains("TOKEN=$(curl -s localhost:8080/shop/api/auth/login \\\n"))
    #expect(words.contains("curl 127.0.0.1:\(ports[.orders] ?? 0)/__fault -d"))
    shop.stop()
  }

  @Test func runsAgainAfterAStop() async throws {
    let shop = DemoShop(latency: .none)
    try shop.start(firstPort: 0)
    #expect(throws: DemoShopError.self) { try shop.start(firstPort: 0) }
    shop.stop()
    shop.stop()
    let ports = try shop.start(firstPort: 0)
    #expect(try RawSocket(port: ports[.users] ?? 0).call("GET", "/health").status == 200)
    shop.stop()
  }

  @Test func takenPortIsNamedAndNothingListens() async throws {
    let first = DemoShop(latency: .none)
    let taken = try first.start(firstPort: 0)
    let second = DemoShop(latency: .none)
    let error = #expect(throws: DemoShopError.self) {
      try second.start(ports: [.shipping: taken[.shipping] ?? 0])
    }
    #expect("\(try #require(error))".contains("shipping can't listen on 127.0.0.1:\(taken[.shipping] ?? 0)"))
    #expect(second.environment.isEmpty)
    first.stop()
    try second.start(firstPort: 0)
    second.stop()
  }

  @Test func sameDataInEveryRun() async throws {
    var bodies: [String] = []
    for _ in 0..<2 {
      try await withShop { _, connect in
        bodies.append(try connect(.products).call("GET", "/products?limit=1000").text)
      }
    }
    #expect(bodies[0] == bodies[1])
  }
}
