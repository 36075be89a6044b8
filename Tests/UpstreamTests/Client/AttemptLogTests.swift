import Messages
import Plans
import Testing
import Timing
import Transfers

@testable import Upstream

/// What is told of the attempts of calls and streams, over real sockets.
struct AttemptLogTests {
  @Test func onlyAConnectionThatIsMadeTakesTime() async throws {
    let server = ScriptedServer(.status(200))
    defer { server.stop() }
    try await TestLoop.run(.test(server.origin)) { test in
      let responses = [await test.client.send(.test()), await test.client.send(.test())]
      let attempts = responses.compactMap(\.attempts.kept.first)
      #expect(responses.map(\.attempts.count) == [1, 1])
      for attempt in attempts {
        #expect(attempt.address == server.origin && attempt.outcome == "ok" && attempt.status == 200)
        #expect(attempt.queued == attempt.began && attempt.began < attempt.ended)
        let first = try #require(attempt.firstByte)
        #expect(first > attempt.connect ?? .zero && first <= attempt.began.duration(to: attempt.ended))
      }
      #expect(try #require(attempts.first?.connect) > .zero)
      #expect(attempts.last?.connect == nil)
    }
    #expect(server.acceptedCount == 1)
  }

  @Test func eachAttemptIsTold() async throws {
    let refusing = RefusingPort()
    defer { refusing.stop() }
    let servers = [ScriptedServer(.status(503)), ScriptedServer(.status(200))]
    defer { for server in servers { server.stop() } }
    let origins = [refusing.origin, servers[0].origin, servers[1].origin]
    var plan = BackendPlan.test(refusing.origin, servers[0].origin, servers[1].origin)
    plan.retry = BackendPlan.Retry()
    plan.retry?.attempts = 3
    plan.retry?.backoff = .zero
    try await TestLoop.run(plan) { test in
      let attempts = await test.client.send(.test()).attempts
      #expect(attempts.count == 3 && attempts.kept.map(\.address) == origins)
      #expect(attempts.kept.map(\.outcome) == ["connect", "ok", "ok"])
      #expect(attempts.kept.map(\.status) == [nil, 503, 200])
      #expect(attempts.kept[0].connect == nil && attempts.kept[0].firstByte == nil)
      for (one, next) in zip(attempts.kept, attempts.kept.dropFirst()) { #expect(one.ended <= next.queued) }
    }
  }

  /// Each names its own span to the backend.
  @Test func eachAttemptHasASpan() async throws {
    let servers = [ScriptedServer(.status(503)), ScriptedServer(.status(200))]
    defer { for server in servers { server.stop() } }
    var plan = BackendPlan.test(servers[0].origin, servers[1].origin)
    plan.retry = BackendPlan.Retry()
    plan.retry?.attempts = 2
    plan.retry?.backoff = .zero
    try await TestLoop.run(plan) { test in
      var request = CallRequest.test()
      #expect(await test.client.send(request).attempts.kept.map(\.span) == [0, 0])
      request.trace = TraceParent(traceHigh: 1, traceLow: 2, isSampled: true)
      let attempts = await test.client.send(request).attempts.kept
      #expect(!attempts.isEmpty && attempts.allSatisfy { $0.span != 0 })
      #expect(Set(attempts.map(\.span)).count == attempts.count)
      #expect(attempts.map(\.ordinal) == Array(attempts.indices))
    }
  }

  @Test func waitingForAPlaceIsTold() async throws {
    let server = ScriptedServer(.hang)
    defer { server.stop() }
    try await TestLoop.run(.test(server.origin) { $0.maxConcurrent = 1 }) { test in
      let gate = try #require(test.backends.all[0].gate)
      let first = Task(executorPreference: test.reactor) { await test.client.send(.test()) }
      await test.until { server.hanging == 1 }
      let late = await test.client.send(.test(), within: .milliseconds(20)).attempts
      #expect(late.count == 0 && late.kept.map(\.outcome) == ["queue"] && late.kept.map(\.address) == [""])
      #expect(late.kept.allSatisfy { $0.queued < $0.began && $0.began == $0.ended })
      let second = Task(executorPreference: test.reactor) { await test.client.send(.test()) }
      await test.until { gate.waiting == 1 }
      server.release(2)
      #expect(await first.value.attempts.kept.map(\.outcome) == ["ok"])
      let waited = await second.value.attempts
      #expect(waited.count == 1 && waited.kept.allSatisfy { $0.queued < $0.began && $0.outcome == "ok" })
    }
  }

  /// What is asked of a call under way counts what it is at as ended.
  @Test func anAttemptUnderWayIsTold() async throws {
    let server = ScriptedServer(.hang)
    defer { server.stop() }
    try await TestLoop.run(.test(server.origin) { $0.maxConcurrent = 1 }) { test in
      let calls = (0..<2).map { _ in
        UpstreamCall(test.client, .test(), deadline: .distantFuture) { _ in }
      }
      for call in calls { call.start() }
      await test.until { server.hanging == 1 }
      let now = Instant.now()
      let sent = calls[0].attempts(endedAs: "timeout", at: now)
      #expect(sent.count == 1 && sent.kept.map(\.ended) == [now] && sent.kept.map(\.outcome) == ["timeout"])
      #expect(sent.kept.map(\.address) == [server.origin] && sent.kept.allSatisfy { $0.connect != nil })
      let waiting = calls[1].attempts(endedAs: "timeout", at: now)
      #expect(waiting.count == 0 && waiting.kept.map(\.address) == [""])
      for call in calls { call.cancel() }
      #expect(calls[0].attempts(endedAs: "", at: now).kept.map(\.outcome) == ["cancelled"])
      #expect(calls[1].attempts(endedAs: "", at: now).kept.map(\.outcome) == ["cancelled"])
    }
  }

  @Test func streamsTellTheSame() async throws {
    let server = ScriptedServer { number, _ in .status(number == 0 ? 503 : 200) }
    defer { server.stop() }
    let plan = BackendPlan.test(server.origin) {
      $0.retry = BackendPlan.Retry()
      $0.retry?.backoff = .zero
    }
    try await TestLoop.run(plan) { test in
      let collector = StreamCollector()
      let stream = test.client.openStream(.test(), delegate: collector)
      await test.until { collector.hasEnded }
      #expect(stream.attempts.count == 2 && stream.attempts.kept.map(\.status) == [503, 200])
      #expect(stream.attempts.kept.allSatisfy { $0.outcome == "ok" && $0.firstByte != nil })
      #expect(stream.attempts.kept.first?.connect != nil)
      let given = test.client.openStream(.test(), delegate: StreamCollector())
      given.cancel()
      #expect(given.attempts.kept.map(\.outcome) == ["cancelled"])
    }
  }
}
