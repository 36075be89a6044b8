import Foundation
import Messages
import Plans
import Testing

@testable import Definitions

/// The example of the contract, word for word but for the cache, which comes later.
@Suite struct ExampleTests {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Good/the-example")

  private func load(_ environment: [String: String] = [:]) throws -> GatewayPlan {
    try DefinitionLoader.load(directory: Self.folder.path, environment: environment).get().plan
  }

  @Test func backends() throws {
    let backends = try load(["USERS_URL": "http://users:80/"]).backends
    #expect(backends.map(\.name) == ["users", "orders", "recommendations", "notifications", "products"])
    #expect(backends[0].addresses == [.init(origin: "http://users:80")])
    #expect(try load().backends[0].addresses == [.init(origin: "http://127.0.0.1:4001")])
    let orders = backends[1]
    #expect(
      orders.addresses == [.init(origin: "http://127.0.0.1:4002"), .init(origin: "http://127.0.0.1:4012", weight: 2)])
    guard case .leastRequests = orders.balance else { throw Unexpected() }
    #expect(orders.timeout == .milliseconds(400))
    #expect(orders.connectTimeout == .seconds(1))
    #expect(orders.retry == BackendPlan.Retry())
    #expect(orders.breaker == BackendPlan.Breaker())
    #expect(orders.health == BackendPlan.Health(path: "/health"))
    #expect(orders.maxConcurrent == 256)
    #expect(orders.maxResponse == 1 << 20)
    #expect(orders.forward == ["authorization", "accept-language"])
    #expect(backends[3].addresses == [.init(origin: "http://127.0.0.1:4004", basePath: "/v1")])
    #expect(backends[4].tls.serverName == "products.example.com")
    #expect(backends[4].version == .http2)
  }

  @Test func dashboard() throws {
    let route = try load().routes[0]
    #expect(route.name == "GET /mobile/dashboard/:userId")
    #expect(route.bff == "mobile")
    #expect(route.hosts == ["m.example.com"])
    #expect(route.location.line == 22)
    #expect(route.location.column == 3)
    let plan = try #require(route.composite)
    #expect(plan.calls.map(\.name) == ["user", "orders", "recommendations", "unread"])
    #expect(plan.calls.map(\.required) == [true, false, false, false])
    #expect(plan.calls[1].fallback?.constant?.jsonText == "[]")
    #expect(plan.calls[1].timeout == .milliseconds(300))
    #expect(plan.calls[1].forward == ["authorization", "accept-language"])
    #expect(plan.calls[2].request.source == "GET recommendations /recommendations/${path.userId}")
    #expect(plan.calls[3].when?.source == "${query.lite != 'true'}")
    #expect(plan.calls.allSatisfy { $0.reads.isEmpty && $0.after.isEmpty && !$0.headersAreRead })
    #expect(plan.timeout == .milliseconds(800))
    #expect(plan.response?.memberNames == ["user", "recentOrders", "recommended", "unreadCount"])
    var reads = RequestReads()
    reads.path = .some(["userId"])
    reads.query = .some(["lite"])
    reads.headers = .some(["authorization", "accept-language"])
    #expect(plan.reads == reads)
  }

  @Test func passThrough() throws {
    let route = try load().routes[1]
    #expect(route.name == "ANY /mobile/api/products/*rest")
    let plan = try #require(route.proxy)
    #expect(plan.request.backend == 4)
    #expect(plan.host == .client)
    #expect(plan.timeout == .milliseconds(800))
    #expect(plan.idleTimeout == .seconds(60))
    #expect(!plan.request.hasQuery)
  }

  @Test func process() throws {
    let process = try load().process
    #expect(process.listeners == [ListenerPlan(.tcp(ListenAddress(host: "::1", port: 8080)))])
    #expect(process.admin.address == "127.0.0.1:0")
    #expect(process.limits.headerBytes == 16 * 1024)
    #expect(process.limits.bodyBytes == 256 * 1024)
    #expect(process.limits.connections == 100)
    #expect(process.limits.connectionsPerClient == 10)
    #expect(process.limits.requestsInFlight == 50)
    #expect(process.limits.bodiesInFlight == 20)
    #expect(process.limits.bodyRate == 1024)
    #expect(process.limits.untakenBytes == 64 << 20)
    #expect(process.timeouts.idle == .seconds(30))
    #expect(process.timeouts.head == .seconds(5))
    #expect(process.timeouts.body == .seconds(2))
    #expect(process.timeouts.bodyGrace == .seconds(4))
    #expect(process.trustedProxies == ["10.0.0.0/8", "fd00::/8", "192.168.1.1"])
    #expect(process.shutdown.delay == .seconds(2))
    #expect(process.shutdown.drain == .seconds(3))
    #expect(process.threads == 2)
    #expect(process.logLevel == "debug")
    #expect(process.accessLog)
    let log = process.log
    #expect(log.format == .json && log.sample == 0.5 && log.slow == .milliseconds(500))
    #expect(log.file == "/var/log/weft/access.log")
    #expect(log.redact.hides(parameter: "token") && log.redact.hides(header: "x-session"))
    #expect(log.redact.hides(header: "cookie") && !log.redact.hides(header: "x-other"))
    #expect(log.fields.all.map(\.name) == ["tenant", "agent"])
    #expect(log.fields.reads.claims == .some(["tenant"]) && log.fields.reads.headers == .some(["user-agent"]))
  }

  struct Unexpected: Error {}
}
