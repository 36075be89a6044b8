import Messages
import Plans
import Testing
import Timing
import Transfers

@testable import Upstream

/// One call over real sockets.
struct UpstreamClientTests {
  @Test func addressesTakeTurns() async throws {
    let servers = [ScriptedServer(.status(200)), ScriptedServer(.status(200))]
    defer { for server in servers { server.stop() } }
    try await TestLoop.run(.test(servers[0].origin, servers[1].origin)) { test in
      for _ in 0..<10 {
        let reply = await test.client.send(.test())
        #expect(reply.status == 200)
        #expect(reply.wasSent)
      }
    }
    #expect(servers.map(\.requests.count) == [5, 5])
  }

  @Test func anyStatusIsAResponse() async throws {
    let server = ScriptedServer(.status(404, "gone", headers: ["X-Why: none"]))
    defer { server.stop() }
    try await TestLoop.run(.test(server.origin)) { test in
      let reply = await test.client.send(.test())
      guard case .response(404, let headers, let body) = reply.result else { throw Unexpected(reply) }
      #expect(body == Array("gone".utf8))
      #expect(headers.contains(HeaderField("X-Why", "none")))
    }
  }

  @Test func theTargetGoesBelowTheBasePathAsItIs() async throws {
    let server = ScriptedServer(.status(200))
    defer { server.stop() }
    var plan = BackendPlan.test(server.origin)
    plan.addresses[0].basePath = "/api/v1"
    try await TestLoop.run(plan) { test in
      _ = await test.client.send(.test("GET", "/users/a%2Fb?x=%20&y=1"))
    }
    #expect(server.requests.map(\.target) == ["/api/v1/users/a%2Fb?x=%20&y=1"])
  }

  @Test func callsAskForJSONUnlessTheyAskForSomethingElse() async throws {
    let server = ScriptedServer(.status(200))
    defer { server.stop() }
    try await TestLoop.run(.test(server.origin)) { test in
      _ = await test.client.send(.test())
      var request = CallRequest.test()
      request.headers = [HeaderField("accept", "text/plain"), HeaderField("X-Own", "1")]
      _ = await test.client.send(request)
    }
    let headers = server.requests.map { $0.headers.map { $0.lowercased() } }
    #expect(headers[0].filter { $0.hasPrefix("accept:") } == ["accept: application/json"])
    #expect(headers[1].filter { $0.hasPrefix("accept:") } == ["accept: text/plain"])
    #expect(headers[1].contains("x-own: 1"))
    #expect(headers.allSatisfy { $0.contains { $0.hasPrefix("accept-encoding:") } })
  }

  @Test func bodiesGoUp() async throws {
    let server = ScriptedServer(.status(201))
    defer { server.stop() }
    try await TestLoop.run(.test(server.origin)) { test in
      var request = CallRequest.test("POST", "/orders")
      request.body = Array("{\"a\":1}".utf8)
      let reply = await test.client.send(request)
      #expect(reply.status == 201)
    }
    #expect(server.requests.map(\.method) == ["POST"])
    #expect(server.requests.map(\.body) == [Array("{\"a\":1}".utf8)])
  }

  @Test func refusedIsConnect() async throws {
    let refusing = RefusingPort()
    defer { refusing.stop() }
    try await TestLoop.run(.test(refusing.origin)) { test in
      let reply = await test.client.send(.test())
      guard case .failure(.connect) = reply.result else { throw Unexpected(reply) }
      #expect(reply.wasSent)
    }
  }

  @Test func closedWithoutAByteIsConnect() async throws {
    let server = ScriptedServer(.close)
    defer { server.stop() }
    try await TestLoop.run(.test(server.origin)) { test in
      let reply = await test.client.send(.test())
      guard case .failure(.connect) = reply.result else { throw Unexpected(reply) }
    }
  }

  @Test func truncatedIsInvalid() async throws {
    let server = ScriptedServer(.truncated(200))
    defer { server.stop() }
    try await TestLoop.run(.test(server.origin)) { test in
      let reply = await test.client.send(.test())
      guard case .failure(.invalid) = reply.result else { throw Unexpected(reply) }
    }
  }

  @Test func tooLargeIsInvalid() async throws {
    let server = ScriptedServer(.status(200, String(repeating: "x", count: 1000)))
    defer { server.stop() }
    try await TestLoop.run(.test(server.origin) { $0.maxResponse = 999 }) { test in
      let reply = await test.client.send(.test())
      guard case .failure(.invalid) = reply.result else { throw Unexpected(reply) }
    }
  }

  @Test func theDeadlineBoundsTheCall() async throws {
    let server = ScriptedServer(.hang)
    defer { server.stop() }
    try await TestLoop.run(.test(server.origin)) { test in
      let reply = await test.client.send(.test(), within: .milliseconds(200))
      #expect(reply.failure == .timeout)
      #expect(reply.wasSent)
    }
  }

  @Test func afterTheDeadlineNothingIsSent() async throws {
    let server = ScriptedServer(.status(200))
    defer { server.stop() }
    try await TestLoop.run(.test(server.origin)) { test in
      let reply = await test.client.send(.test(), within: .zero)
      #expect(reply.failure == .timeout)
      #expect(!reply.wasSent)
    }
    #expect(server.requests.isEmpty)
  }

  @Test func cancellingEndsIt() async throws {
    let server = ScriptedServer(.hang)
    defer { server.stop() }
    try await TestLoop.run(.test(server.origin)) { test in
      let call = Task(executorPreference: test.reactor) { await test.client.send(.test()) }
      await test.until { server.hanging == 1 }
      call.cancel()
      #expect(await call.value.failure == .cancelled)
    }
  }

  @Test func equalKeysGoToOneAddress() async throws {
    let servers = (0..<3).map { _ in ScriptedServer(.status(200)) }
    defer { for server in servers { server.stop() } }
    var plan = BackendPlan.test(servers[0].origin, servers[1].origin, servers[2].origin)
    plan.balance = .hash(try TextTemplate.compile("${path.userId}"))
    try await TestLoop.run(plan) { test in
      for number in 0..<30 {
        var request = CallRequest.test("GET", "/\(number % 10)")
        request.balanceKey = "user-\(number % 10)"
        _ = await test.client.send(request)
      }
    }
    for server in servers {
      let counts = Dictionary(grouping: server.requests) { $0.target }.mapValues(\.count)
      #expect(counts.values.allSatisfy { $0 == 3 })
    }
  }

  @Test func leastRequestsAvoidsTheBusy() async throws {
    let servers = [ScriptedServer(.hang), ScriptedServer(.status(200))]
    defer { for server in servers { server.stop() } }
    try await TestLoop.run(.test(servers[0].origin, servers[1].origin) { $0.balance = .leastRequests }) { test in
      let stuck = Task(executorPreference: test.reactor) { await test.client.send(.test()) }
      await test.until { servers[0].hanging == 1 }
      for _ in 0..<10 { #expect(await test.client.send(.test()).status == 200) }
      servers[0].release()
      #expect(await stuck.value.status == 200)
    }
    #expect(servers.map(\.requests.count) == [1, 10])
  }
}
