import Plans
import Testing
import Timing
import Transfers

@testable import Upstream

/// Pass-through over real sockets: gate, retries and ends.
struct UpstreamStreamTests {
  private func plan(_ origins: String..., configure: (inout BackendPlan) -> Void = { _ in }) -> BackendPlan {
    var plan = BackendPlan.test(origins[0])
    plan.addresses = origins.map { .init(origin: $0) }
    plan.retry = BackendPlan.Retry()
    plan.retry?.backoff = .zero
    configure(&plan)
    return plan
  }

  private func run(
    _ plan: BackendPlan, _ request: UpstreamStreamRequest, sending body: [UInt8] = []
  ) async throws -> StreamCollector {
    try await TestLoop.run(plan) { test in
      let collector = StreamCollector(sending: body)
      let stream = test.client.openStream(request, delegate: collector)
      #expect(collector.ends.isEmpty)
      await test.until { collector.hasEnded }
      stream.cancel()
      #expect(collector.ends.count == 1)
      return collector
    }
  }

  @Test func theAnswerComesThrough() async throws {
    let server = ScriptedServer(.status(404, "nothing here"))
    defer { server.stop() }
    var plan = plan(server.origin)
    plan.addresses[0].basePath = "/base"
    let collector = try await run(plan, .test("GET", "/a%2Fb?c"))
    #expect(collector.failure == nil)
    #expect(collector.status == 404)
    #expect(collector.body == Array("nothing here".utf8))
    #expect(server.requests.map(\.target) == ["/base/a%2Fb?c"])
  }

  @Test func bodiesGoUp() async throws {
    let server = ScriptedServer(.status(201))
    defer { server.stop() }
    let collector = try await run(
      plan(server.origin), .test("POST", bodyLength: .known(5)), sending: Array("hello".utf8))
    #expect(collector.status == 201)
    #expect(server.requests.map(\.body) == [Array("hello".utf8)])
  }

  @Test func aRefusedConnectionIsRetriedElsewhere() async throws {
    let refusing = RefusingPort()
    defer { refusing.stop() }
    let server = ScriptedServer(.status(200, "ok"))
    defer { server.stop() }
    let collector = try await run(plan(refusing.origin, server.origin), .test())
    #expect(collector.status == 200)
    #expect(collector.body == Array("ok".utf8))
  }

  @Test func aStatusIsRetriedBeforeAnybodySawIt() async throws {
    let servers = [ScriptedServer(.status(503, "no")), ScriptedServer(.status(200, "ok"))]
    defer { for server in servers { server.stop() } }
    let collector = try await run(plan(servers[0].origin, servers[1].origin), .test())
    #expect(collector.status == 200)
    #expect(collector.body == Array("ok".utf8))
  }

  @Test func theLastStatusStands() async throws {
    let server = ScriptedServer(.status(503, "no"))
    defer { server.stop() }
    let collector = try await run(plan(server.origin), .test())
    #expect(collector.status == 503)
    #expect(collector.body == Array("no".utf8))
    #expect(server.requests.count == 2)
  }

  @Test(arguments: ["POST", "PUT", "DELETE"])
  func unsafeMethodsAreSentOnce(method: String) async throws {
    let server = ScriptedServer(.status(503))
    defer { server.stop() }
    let collector = try await run(plan(server.origin), .test(method))
    #expect(collector.status == 503)
    #expect(server.requests.count == 1)
  }

  @Test(arguments: ["POST", "DELETE"])
  func whatWasNotSentMayBeTriedElsewhere(method: String) async throws {
    let refusing = RefusingPort()
    defer { refusing.stop() }
    let server = ScriptedServer(.status(200))
    defer { server.stop() }
    let collector = try await run(
      plan(refusing.origin, server.origin), .test(method, bodyLength: .known(5)), sending: Array("hello".utf8))
    #expect(collector.status == 200)
    #expect(server.requests.map(\.body) == [Array("hello".utf8)])
  }

  @Test(arguments: ["POST", "PUT"])
  func whatWasSentIsNotRepeated(method: String) async throws {
    let server = ScriptedServer(.close)
    defer { server.stop() }
    let collector = try await run(
      plan(server.origin), .test(method, bodyLength: .known(5)), sending: Array("hello".utf8))
    guard case .connect = collector.failure else { throw Unexpected(collector.ends) }
    #expect(server.requests.count == 1)
  }

  @Test(arguments: [(5, 2), (4, 1), (0, 1)])
  func aBodyThatIsKeptIsSentAgain(retryBuffer: Int, times: Int) async throws {
    let server = ScriptedServer { number, _ in number == 0 ? .close : .status(201) }
    defer { server.stop() }
    var request = UpstreamStreamRequest.test("POST", bodyLength: .known(5))
    request.retryBuffer = retryBuffer
    let collector = try await run(
      plan(server.origin) { $0.idempotent = true }, request, sending: Array("hello".utf8))
    #expect(collector.status == (times == 2 ? 201 : nil))
    #expect(server.requests.map(\.body) == Array(repeating: Array("hello".utf8), count: times))
  }

  @Test func noSlotBeforeTheHeadTimeoutIsQueue() async throws {
    let server = ScriptedServer(.hang)
    defer { server.stop() }
    try await TestLoop.run(plan(server.origin) { $0.maxConcurrent = 1 }) { test in
      let first = StreamCollector()
      _ = test.client.openStream(.test(), delegate: first)
      let second = StreamCollector()
      let waiting = test.client.openStream(.test(headTimeout: .milliseconds(20)), delegate: second)
      await test.until { second.hasEnded }
      #expect(second.failure == .queue)
      #expect(!waiting.wasSent)
      server.release()
      await test.until { first.hasEnded }
      #expect(first.status == 200)
      try #require(test.backends.all[0].gate).take()
    }
  }

  @Test func theSlotGoesToTheNextStreamWhenOneEnds() async throws {
    let server = ScriptedServer(.hang)
    defer { server.stop() }
    try await TestLoop.run(plan(server.origin) { $0.maxConcurrent = 1 }) { test in
      let collectors = (0..<4).map { _ in StreamCollector() }
      for collector in collectors { _ = test.client.openStream(.test(), delegate: collector) }
      for collector in collectors {
        await test.until { server.hanging == 1 }
        server.release()
        await test.until { collector.hasEnded }
        #expect(collector.status == 200)
      }
    }
  }

  @Test func cancellingGivesTheSlotBackInEveryPhase() async throws {
    let server = ScriptedServer(.hang)
    defer { server.stop() }
    try await TestLoop.run(plan(server.origin) { $0.maxConcurrent = 1 }) { test in
      let gate = try #require(test.backends.all[0].gate)
      let sending = StreamCollector()
      let first = test.client.openStream(.test(), delegate: sending)
      let waiting = StreamCollector()
      let second = test.client.openStream(.test(), delegate: waiting)
      await test.until { server.hanging == 1 }
      second.cancel()
      #expect(gate.waiting == 0)
      first.cancel()
      try gate.take()
      first.cancel()
      second.cancel()
      #expect(!waiting.hasEnded && !sending.hasEnded)
      await test.until { server.hanging == 0 && waiting.hasEnded && sending.hasEnded }
      #expect(sending.failure == .cancelled)
      #expect(waiting.failure == .cancelled)
      #expect(sending.ends.count == 1)
      #expect(waiting.ends.count == 1)
    }
  }

  @Test func cancellingDuringThePause() async throws {
    let server = ScriptedServer(.status(503))
    defer { server.stop() }
    let plan = plan(server.origin) {
      $0.retry?.backoff = .seconds(3600)
      $0.maxConcurrent = 1
    }
    try await TestLoop.run(plan) { test in
      let collector = StreamCollector()
      let stream = test.client.openStream(.test(headTimeout: .seconds(36_000)), delegate: collector)
      let gate = try #require(test.backends.all[0].gate)
      await test.until { (try? gate.take()) != nil }
      #expect(!collector.hasEnded)
      stream.cancel()
      await test.until { collector.hasEnded }
      #expect(collector.failure == .cancelled)
      #expect(collector.status == nil)
    }
  }

  @Test func cancellingAtTheHead() async throws {
    let server = ScriptedServer(.status(200, String(repeating: "x", count: 100_000)))
    defer { server.stop() }
    try await TestLoop.run(plan(server.origin) { $0.maxConcurrent = 1 }) { test in
      let collector = StreamCollector { $0.cancel() }
      _ = test.client.openStream(.test(), delegate: collector)
      await test.until { collector.hasEnded }
      #expect(collector.failure == .cancelled)
      #expect(collector.body.isEmpty)
      try #require(test.backends.all[0].gate).take()
    }
  }

  @Test func anOpenCircuitRefuses() async throws {
    let server = ScriptedServer(.status(500))
    defer { server.stop() }
    let plan = plan(server.origin) {
      $0.breaker = BackendPlan.Breaker()
      $0.breaker?.minimumCalls = 2
    }
    try await TestLoop.run(plan) { test in
      for _ in 0..<2 {
        let collector = StreamCollector()
        _ = test.client.openStream(.test(), delegate: collector)
        await test.until { collector.hasEnded }
        #expect(collector.status == 500)
      }
      let refused = StreamCollector()
      let stream = test.client.openStream(.test(), delegate: refused)
      #expect(!refused.hasEnded)
      await test.until { refused.hasEnded }
      guard case .circuitOpen = refused.failure else { throw Unexpected(refused.ends) }
      #expect(!stream.wasSent)
    }
  }

  @Test func theBreakerHearsOfTheHeadNotOfTheEnd() async throws {
    let server = ScriptedServer { number, _ in .unfinished(number < 2 ? 500 : 200) }
    defer { server.stop() }
    let plan = plan(server.origin) {
      $0.breaker = BackendPlan.Breaker()
      $0.breaker?.minimumCalls = 2
      $0.breaker?.openFor = .milliseconds(500)
    }
    try await TestLoop.run(plan) { test in
      let bad = (0..<2).map { _ in StreamCollector() }
      for collector in bad { _ = test.client.openStream(.test(), delegate: collector) }
      await test.until { bad.allSatisfy { $0.status == 500 } }
      let address = test.backends.all[0].addresses[0]
      #expect(throws: Unexpected.self) { try address.ticket() }
      var probe = StreamCollector()
      while probe.status == nil {
        probe = StreamCollector()
        _ = test.client.openStream(.test(), delegate: probe)
        await test.until { probe.hasEnded || probe.status != nil }
      }
      // A download that goes on for hours does not keep the circuit open meanwhile.
      #expect(!probe.hasEnded)
      _ = try address.ticket()
      server.release(3)
      await test.until { probe.hasEnded && bad.allSatisfy(\.hasEnded) }
      #expect(probe.failure == nil)
    }
  }

  @Test func aTruncatedAnswerFails() async throws {
    let server = ScriptedServer(.truncated(200))
    defer { server.stop() }
    let collector = try await run(plan(server.origin), .test())
    #expect(collector.status == 200)
    guard case .invalid = collector.failure else { throw Unexpected(collector.ends) }
    #expect(server.requests.count == 1)
  }

  @Test func noHeadInTimeIsTimeout() async throws {
    let server = ScriptedServer(.hang)
    defer { server.stop() }
    let collector = try await run(plan(server.origin), .test(headTimeout: .milliseconds(20)))
    #expect(collector.failure == .timeout)
  }

  @Test func theLoopsShutdownEndsStreams() async throws {
    let server = ScriptedServer(.hang)
    defer { server.stop() }
    let collectors = try await TestLoop.run(plan(server.origin) { $0.maxConcurrent = 1 }) { test in
      let collectors = (0..<2).map { _ in StreamCollector() }
      for collector in collectors { _ = test.client.openStream(.test(), delegate: collector) }
      await test.until { server.hanging == 1 }
      return collectors
    }
    #expect(collectors.map(\.failure) == [.cancelled, .cancelled])
    #expect(collectors.map(\.ends.count) == [1, 1])
  }
}
