import Locking
import Plans
import Testing
import Timing
import Transfers

@testable import Upstream

/// Probes over real sockets.
struct HealthProberTests {
  /// *Guarded by its mutex.* Answers probes as told, everything else with 200.
  private final class Switch: Sendable {
    private let status: Locked<Int>

    init(_ status: Int) { self.status = Locked(status) }

    func set(_ new: Int) { status.withLock { $0 = new } }

    func server() -> ScriptedServer {
      ScriptedServer { [self] _, request in
        request.target.hasPrefix("/health") ? .status(status.withLock { $0 }) : .status(200)
      }
    }
  }

  /// *Guarded by its mutex.*
  private final class Changes: Sendable {
    private let list = Locked<[HealthProber.Change]>([])

    func append(_ change: HealthProber.Change) { list.withLock { $0.append(change) } }

    var all: [HealthProber.Change] { list.withLock { $0 } }
  }

  private func plan(_ servers: ScriptedServer...) -> BackendPlan {
    var plan = BackendPlan.test(servers[0].origin)
    plan.addresses = servers.map { .init(origin: $0.origin) }
    plan.health = BackendPlan.Health(path: "/health?deep=1")
    plan.health?.every = .milliseconds(5)
    return plan
  }

  /// Patient: on a busy machine a good probe may take longer than the pause between two.
  private func prober(_ test: TestLoop, _ changes: Changes) -> HealthProber {
    HealthProber(test.backends.all, loop: test.loop, patience: .seconds(60)) { changes.append($0) }
  }

  private func calls(_ server: ScriptedServer) -> Int {
    server.requests.count { $0.target == "/call" }
  }

  @Test func unhealthyAddressesLeaveAndReturn() async throws {
    let health = Switch(500)
    let servers = [health.server(), Switch(204).server()]
    defer { for server in servers { server.stop() } }
    let changes = Changes()
    var plan = plan(servers[0], servers[1])
    plan.health?.unhealthyAfter = 1
    plan.health?.healthyAfter = 1
    try await TestLoop.run(plan) { test in
      let prober = prober(test, changes)
      prober.start()
      await test.until { changes.all.count == 1 }
      for _ in 0..<10 { _ = await test.client.send(.test("GET", "/call")) }
      #expect(servers.map(calls) == [0, 10])
      health.set(200)
      await test.until { changes.all.count == 2 }
      for _ in 0..<10 { _ = await test.client.send(.test("GET", "/call")) }
      prober.stop()
    }
    #expect(servers.map(calls) == [5, 15])
    let name = servers[0].origin
    #expect(
      changes.all == [
        .init(backend: "test", address: name, isHealthy: false), .init(backend: "test", address: name, isHealthy: true),
      ])
    #expect(servers[0].requests.first?.target == "/health?deep=1")
  }

  @Test func refusedProbesCount() async throws {
    let refusing = RefusingPort()
    defer { refusing.stop() }
    let server = Switch(200).server()
    defer { server.stop() }
    let changes = Changes()
    var plan = plan(server)
    plan.addresses.append(.init(origin: refusing.origin))
    try await TestLoop.run(plan) { test in
      let prober = prober(test, changes)
      prober.start()
      await test.until { !changes.all.isEmpty }
      prober.stop()
    }
    #expect(changes.all.first == .init(backend: "test", address: refusing.origin, isHealthy: false))
  }

  @Test func whenAllAreUnhealthyAllAreUsed() async throws {
    let servers = [Switch(503).server(), Switch(503).server()]
    defer { for server in servers { server.stop() } }
    let changes = Changes()
    try await TestLoop.run(plan(servers[0], servers[1])) { test in
      let prober = prober(test, changes)
      prober.start()
      await test.until { changes.all.count == 2 }
      for _ in 0..<10 { #expect(await test.client.send(.test("GET", "/call")).status == 200) }
      prober.stop()
    }
    #expect(servers.map(calls) == [5, 5])
  }

  @Test func probesEndWithTheLoop() async throws {
    let server = Switch(200).server()
    defer { server.stop() }
    let prober = try await TestLoop.run(plan(server)) { test in
      let prober = HealthProber(test.backends.all, loop: test.loop)
      prober.start()
      await test.until { server.requests.count > 2 }
      return prober
    }
    await prober.ended()
    #expect(server.requests.count > 2)
  }
}
