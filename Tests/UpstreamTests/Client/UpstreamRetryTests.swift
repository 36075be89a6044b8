import Locking
import Messages
import Plans
import Testing
import Timing
import Transfers

@testable import Upstream

/// Retries over real sockets.
struct UpstreamRetryTests {
  private func plan(_ origins: String..., configure: (inout BackendPlan) -> Void = { _ in }) -> BackendPlan {
    var plan = BackendPlan.test(origins[0])
    plan.addresses = origins.map { .init(origin: $0) }
    plan.retry = BackendPlan.Retry()
    plan.retry?.backoff = .zero
    configure(&plan)
    return plan
  }

  @Test func aRetryGoesToTheOtherAddress() async throws {
    let refusing = RefusingPort()
    defer { refusing.stop() }
    let server = ScriptedServer(.status(200))
    defer { server.stop() }
    try await TestLoop.run(plan(refusing.origin, server.origin)) { test in
      for _ in 0..<RetryBudget.reserve { #expect(await test.client.send(.test()).status == 200) }
    }
    #expect(server.requests.count == RetryBudget.reserve)
  }

  @Test func aStatusIsRetried() async throws {
    let servers = [ScriptedServer(.status(503)), ScriptedServer(.status(200))]
    defer { for server in servers { server.stop() } }
    try await TestLoop.run(plan(servers[0].origin, servers[1].origin)) { test in
      #expect(await test.client.send(.test()).status == 200)
    }
    #expect(servers.map(\.requests.count) == [1, 1])
  }

  /// An attempt that broke off behind the request leaves doubt, whatever the next one says.
  @Test(arguments: [409, 503]) func doubtStays(_ status: Int) async throws {
    let server = ScriptedServer { number, _ in number == 0 ? .close : .status(status) }
    defer { server.stop() }
    let plan = plan(server.origin) { $0.retry?.attempts = 2 }
    try await TestLoop.run(plan) { test in
      var request = CallRequest.test("POST")
      request.isRepeatable = true
      let response = await test.client.send(request)
      #expect(response.status == status && response.leftDoubt)
    }
  }

  @Test func whatIsMadeOnceIsNotRepeated() async throws {
    let server = ScriptedServer(.status(503))
    defer { server.stop() }
    try await TestLoop.run(plan(server.origin)) { test in
      var request = CallRequest.test()
      request.isMadeOnce = true
      #expect(await test.client.send(request).status == 503)
    }
    #expect(server.requests.count == 1)
  }

  @Test func theLastAnswerStands() async throws {
    let server = ScriptedServer { number, _ in .status(503, "\(number)") }
    defer { server.stop() }
    try await TestLoop.run(plan(server.origin) { $0.retry?.attempts = 3 }) { test in
      let reply = await test.client.send(.test())
      #expect(reply.status == 503)
      #expect(reply.text == "2")
    }
    #expect(server.requests.count == 3)
  }

  @Test func aSlowAttemptIsGivenUpForTheOther() async throws {
    let servers = [ScriptedServer(.hang), ScriptedServer(.status(200))]
    defer { for server in servers { server.stop() } }
    let plan = plan(servers[0].origin, servers[1].origin) {
      $0.timeout = .seconds(2)
      $0.retry?.on = [.timeout]
    }
    try await TestLoop.run(plan) { test in
      #expect(await test.client.send(.test()).status == 200)
    }
  }

  @Test func eachAttemptHasItsOwnTimeout() async throws {
    let server = ScriptedServer { number, _ in number < 2 ? .hang : .status(200) }
    defer { server.stop() }
    let plan = plan(server.origin) {
      $0.timeout = .seconds(2)
      $0.retry?.on = [.timeout]
      $0.retry?.attempts = 3
    }
    try await TestLoop.run(plan) { test in
      #expect(await test.client.send(.test()).status == 200)
    }
    #expect(server.requests.count == 3)
  }

  @Test(arguments: ["POST", "PUT", "PATCH", "DELETE"])
  func whatWasNotSentMayBeTriedElsewhere(method: String) async throws {
    let refusing = RefusingPort()
    defer { refusing.stop() }
    let server = ScriptedServer(.status(200))
    defer { server.stop() }
    try await TestLoop.run(plan(refusing.origin, server.origin)) { test in
      for _ in 0..<4 {
        var request = CallRequest.test(method)
        request.body = Array("{}".utf8)
        #expect(await test.client.send(request).status == 200)
      }
    }
    #expect(server.requests.map(\.body) == Array(repeating: Array("{}".utf8), count: 4))
  }

  @Test func whatWasSentIsNotRepeatedWhereNothingCameBack() async throws {
    let server = ScriptedServer(.close)
    defer { server.stop() }
    try await TestLoop.run(plan(server.origin)) { test in
      let reply = await test.client.send(.test("POST"))
      guard case .failure(.connect) = reply.result else { throw Unexpected(reply) }
    }
    #expect(server.requests.count == 1)
  }

  @Test func theTimeThatTheBackendAsksForIsNotIgnored() async throws {
    let server = ScriptedServer(.status(503, headers: ["Retry-After: 3600"]))
    defer { server.stop() }
    try await TestLoop.run(plan(server.origin) { $0.retry?.attempts = 5 }) { test in
      let reply = await test.client.send(.test())
      #expect(reply.status == 503)
      #expect(reply.note == RetryDenial.retryAfter.text)
    }
    #expect(server.requests.count == 1)
  }

  @Test(arguments: ["1", "Sun, 06 Nov 1994 08:49:37 GMT"])
  func afterThatTimeThereIsAnotherAttempt(retryAfter: String) async throws {
    let server = ScriptedServer { number, _ in
      number == 0 ? .status(503, headers: ["Retry-After: \(retryAfter)"]) : .status(200)
    }
    defer { server.stop() }
    try await TestLoop.run(plan(server.origin)) { test in
      #expect(await test.client.send(.test()).status == 200)
    }
    #expect(server.requests.count == 2)
  }

  @Test(arguments: ["POST", "PUT", "PATCH", "DELETE"])
  func unsafeMethodsAreSentOnce(method: String) async throws {
    let server = ScriptedServer(.status(503))
    defer { server.stop() }
    try await TestLoop.run(plan(server.origin)) { test in
      #expect(await test.client.send(.test(method)).status == 503)
    }
    #expect(server.requests.count == 1)
  }

  @Test(arguments: [true, false])
  func unsafeMethodsAreRepeatedWhereThatIsAllowed(byBackend: Bool) async throws {
    let server = ScriptedServer { number, _ in .status(number == 0 ? 503 : 201) }
    defer { server.stop() }
    try await TestLoop.run(plan(server.origin) { $0.idempotent = byBackend }) { test in
      var request = CallRequest.test("POST")
      request.body = Array("{}".utf8)
      request.isRepeatable = !byBackend
      #expect(await test.client.send(request).status == 201)
    }
    #expect(server.requests.map(\.body) == [Array("{}".utf8), Array("{}".utf8)])
  }

  @Test func theBudgetBoundsRetries() async throws {
    let server = ScriptedServer(.status(503))
    defer { server.stop() }
    let plan = plan(server.origin) { $0.retry?.budget = 0 }
    let events = Locked<[UpstreamEvent]>([])
    try await TestLoop.run(sharing: Backends([plan]) { event in events.withLock { $0.append(event) } }) { test in
      for _ in 0..<3 {
        let reply = await test.client.send(.test())
        #expect(reply.status == 503)
        #expect(reply.note == RetryDenial.budget.text)
      }
    }
    #expect(server.requests.count == 3)
    #expect(events.withLock { $0 } == [.retriesRefused(1, backend: "test")])
  }

  @Test func withoutABudgetEachRequestHasAllItsAttempts() async throws {
    let server = ScriptedServer { number, _ in .status(number % 6 == 5 ? 200 : 404) }
    defer { server.stop() }
    let plan = plan(server.origin) {
      $0.retry?.attempts = 6
      $0.retry?.on = [.status(404)]
      $0.retry?.budget = nil
    }
    try await TestLoop.run(plan) { test in
      for _ in 0..<30 { #expect(await test.client.send(.test()).status == 200) }
    }
    #expect(server.requests.count == 180)
  }

  @Test func whatCanNotBeSentAgainLeavesTheAnswer() async throws {
    let server = ScriptedServer(.status(503, "first"))
    defer { server.stop() }
    let plan = plan(server.origin) {
      $0.breaker = BackendPlan.Breaker()
      $0.breaker?.minimumCalls = 1
    }
    try await TestLoop.run(plan) { test in
      let reply = await test.client.send(.test())
      #expect(reply.text == "first")
      let next = await test.client.send(.test())
      guard case .failure(.circuitOpen) = next.result else { throw Unexpected(next) }
    }
    #expect(server.requests.count == 1)
  }

  /// In the pause behind an attempt it ends as that one did.
  @Test(arguments: [(503, false), (500, true)])
  func whatBeginsNoMoreEndsInItsPause(_ status: Int, _ isInDoubt: Bool) async throws {
    let server = ScriptedServer(.status(status, "first"))
    defer { server.stop() }
    let plan = plan(server.origin) {
      $0.retry?.backoff = .seconds(3600)
      $0.retry?.on = [.status(503), .status(500)]
    }
    try await TestLoop.run(plan) { test in
      var ended: CallResponse?
      var request = CallRequest.test("POST")
      request.isRepeatable = true
      let deadline = Instant.now().advanced(by: .seconds(36_000))
      let call = UpstreamCall(test.client, request, deadline: deadline) { ended = $0 }
      call.start()
      await test.until { if case .pausing = call.course.stage { true } else { false } }
      #expect(ended == nil && call.mayHaveArrived && call.isInDoubt == isInDoubt)
      call.beginNoMore()
      #expect(ended?.status == status && ended?.text == "first")
      #expect(ended?.leftDoubt == false)
    }
    #expect(server.requests.count == 1)
  }

  /// What was sent has its own end, which is the call's, though it is one that is repeated.
  @Test func whatBeginsNoMoreIsNotRepeated() async throws {
    let server = ScriptedServer(.held(503))
    defer { server.stop() }
    try await TestLoop.run(plan(server.origin)) { test in
      var ended: CallResponse?
      var request = CallRequest.test("POST")
      request.isRepeatable = true
      let deadline = Instant.now().advanced(by: .seconds(30))
      let call = UpstreamCall(test.client, request, deadline: deadline) { ended = $0 }
      call.start()
      await test.until { server.hanging == 1 }
      #expect(call.isInDoubt)
      call.beginNoMore()
      #expect(ended == nil)
      server.release()
      await test.until { ended != nil }
      #expect(ended?.status == 503)
    }
    #expect(server.requests.count == 1)
  }

  /// Of an undoing, and of a write that was refused, the status says all there is to know.
  @Test(arguments: [
    ("DELETE", true, 200, true), ("DELETE", true, 404, true), ("POST", false, 409, true), ("POST", false, 503, true),
    ("POST", false, 201, false), ("POST", false, 500, false), ("GET", false, 404, false),
  ])
  func theStatusCountsThoughItsBodyBreaksOff(
    _ method: String, _ isUndoing: Bool, _ status: Int, _ counts: Bool
  ) async throws {
    let server = ScriptedServer(.truncated(status))
    defer { server.stop() }
    try await TestLoop.run(BackendPlan.test(server.origin)) { test in
      var request = CallRequest.test(method)
      request.isMadeOnce = isUndoing
      let response = await test.client.send(request)
      #expect(response.status == (counts ? status : nil))
      if !counts { #expect(response.failure.map { $0.outcome } == "invalid") }
    }
  }

  @Test func cancellingDuringThePause() async throws {
    let server = ScriptedServer(.status(503))
    defer { server.stop() }
    try await TestLoop.run(plan(server.origin) { $0.retry?.backoff = .seconds(3600) }) { test in
      let call = Task(executorPreference: test.reactor) {
        await test.client.send(.test(), within: .seconds(36_000))
      }
      await test.until { server.requests.count == 1 }
      call.cancel()
      let reply = await call.value
      #expect(reply.failure == .cancelled)
      #expect(reply.wasSent)
    }
  }
}
