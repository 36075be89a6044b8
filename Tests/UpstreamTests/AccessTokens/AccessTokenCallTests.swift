import Messages
import Plans
import Testing
import Timing
import Transfers

@testable import Upstream

/// Requests with a token, over real sockets.
struct AccessTokenCallTests {
  /// Takes the one token, and refuses all others.
  private func server(taking token: String) -> ScriptedServer {
    ScriptedServer { _, request in
      request.token == token ? .status(200, request.method) : .status(401, "who are you")
    }
  }

  private func backends(
    _ server: ScriptedServer, _ tokens: ScriptedTokens, configure: (inout BackendPlan) -> Void = { _ in }
  ) -> (BackendPool, Backends) {
    let pool = BackendPool(loops: [], tokens: tokens) { _ in }
    let plan = BackendPlan.test(server.origin) {
      $0.oauth2 = .test
      configure(&$0)
    }
    return (pool, Backends([plan], from: pool))
  }

  private func run(
    _ server: ScriptedServer, _ tokens: ScriptedTokens, configure: (inout BackendPlan) -> Void = { _ in },
    body: @escaping @Sendable (TestLoop) async throws -> Void
  ) async throws {
    let (pool, backends) = backends(server, tokens, configure: configure)
    try await TestLoop.run(sharing: backends, body: body)
    withExtendedLifetime(pool) {}
  }

  @Test func eachRequestHasIt() async throws {
    let server = server(taking: "one")
    defer { server.stop() }
    let tokens = ScriptedTokens("one")
    try await run(server, tokens) { test in
      for method in ["GET", "POST", "GET"] {
        var request = CallRequest.test(method)
        request.headers = [HeaderField("AUTHORIZATION", "Basic d2VmdDpz"), HeaderField("authorization", "Bearer mine")]
        #expect(await test.client.send(request).text == method)
      }
    }
    #expect(server.requests.count == 3 && tokens.fetches == 1)
  }

  /// A 401 says that nothing was done: writes are made again as well, and those that `retry` does not repeat.
  @Test(arguments: ["GET", "POST", "once"]) func aRefusedOneIsFetchedAnewAndTheRequestMadeAgain(_ kind: String)
    async throws
  {
    let server = server(taking: "two")
    defer { server.stop() }
    let tokens = ScriptedTokens("one", "two")
    try await run(server, tokens) { test in
      var request = CallRequest.test(kind == "GET" ? "GET" : "POST")
      request.isMadeOnce = kind == "once"
      request.body = kind == "GET" ? nil : Array("hello".utf8)
      let response = await test.client.send(request)
      #expect(response.status == 200 && !response.leftDoubt && response.note == nil)
    }
    #expect(server.requests.map(\.token) == ["one", "two"] && tokens.fetches == 2)
    if kind != "GET" { #expect(server.requests.map(\.body) == [Array("hello".utf8), Array("hello".utf8)]) }
  }

  @Test func whatIsRefusedTwiceIsTheAnswer() async throws {
    let server = server(taking: "three")
    defer { server.stop() }
    let tokens = ScriptedTokens("one", "two", "never")
    try await run(server, tokens, configure: { $0.retry = BackendPlan.Retry() }) { test in
      for _ in 0..<3 {
        let response = await test.client.send(.test())
        #expect(response.status == 401 && response.text == "who are you")
        #expect(response.note == CourseState.refusal)
      }
    }
    // The first is made again; no other is fetched so soon.
    #expect(server.requests.map(\.token) == ["one", "two", "two", "two"] && tokens.fetches == 2)
  }

  @Test func whereNoOtherCanBeHadTheFirstRefusalIsTheAnswer() async throws {
    let server = server(taking: "two")
    defer { server.stop() }
    let tokens = ScriptedTokens("one", nil)
    try await run(server, tokens) { test in
      let response = await test.client.send(.test())
      #expect(response.status == 401 && response.note == CourseState.refusal)
    }
    #expect(server.requests.map(\.token) == ["one"] && tokens.fetches == 2)
  }

  /// The attempts of `retry` are those that it would have had.
  @Test func retriesAreTheirOwn() async throws {
    let failing = ScriptedServer { number, request in
      request.token == "one" ? .status(401) : .status(number == 1 ? 503 : 200)
    }
    defer { failing.stop() }
    let retry: (inout BackendPlan) -> Void = {
      $0.retry = BackendPlan.Retry()
      $0.retry?.backoff = .zero
    }
    try await run(failing, ScriptedTokens("one", "two"), configure: retry) { test in
      #expect(await test.client.send(.test()).status == 200)
    }
    #expect(failing.requests.map(\.token) == ["one", "two", "two"])
  }

  @Test func manyThatAreRefusedAreOneFetch() async throws {
    let server = server(taking: "two")
    defer { server.stop() }
    let tokens = ScriptedTokens("one")
    try await run(server, tokens) { test in
      async let answers = withTaskGroup(of: Int?.self) { group in
        for _ in 0..<20 { group.addTask { await test.client.send(.test("POST")).status } }
        return await group.reduce(into: []) { $0.append($1) }
      }
      await test.until { test.backends.all[0].tokens?.waiting == 20 }
      #expect(tokens.fetches == 2)
      tokens.end("two")
      #expect(await answers == Array(repeating: 200, count: 20))
    }
    #expect(tokens.fetches == 2 && server.requests.count == 40)
  }

  @Test func withoutATokenNothingIsSent() async throws {
    let server = server(taking: "one")
    defer { server.stop() }
    let tokens = ScriptedTokens(nil)
    try await run(server, tokens) { test in
      let response = await test.client.send(.test("POST"))
      #expect(response.failure == .connect("there is no token of `oauth2`") && !response.wasSent)
      tokens.advance(by: .seconds(1))
      let late = await test.client.send(.test(), within: .zero)
      #expect(late.failure == .timeout)
      async let given = test.client.send(.test())
      await test.until { test.backends.all[0].tokens?.waiting == 1 }
      tokens.end("one")
      #expect(await given.status == 200)
    }
    #expect(server.requests.count == 1)
  }

  @Test func moreThanMayWaitAreTurnedAway() async throws {
    let server = server(taking: "one")
    defer { server.stop() }
    try await run(server, ScriptedTokens()) { test in
      let source = try #require(test.backends.all[0].tokens)
      for _ in 0..<AccessTokenSource.mostWaiting {
        AccessTokenWaiter(source, on: test.reactor).wait(until: .distantFuture, after: nil) { _ in }
      }
      #expect(await test.client.send(.test()).failure == .queue)
    }
    #expect(server.requests.isEmpty)
  }

  @Test func aCallThatWaitsForOneCanBeGivenUp() async throws {
    let server = server(taking: "one")
    defer { server.stop() }
    try await run(server, ScriptedTokens()) { test in
      let call = Task(executorPreference: test.reactor) { await test.client.send(.test()) }
      await test.until { test.backends.all[0].tokens?.waiting == 1 }
      call.cancel()
      #expect(await call.value.failure == .cancelled)
      #expect(test.backends.all[0].tokens?.waiting == 0)
    }
    #expect(server.requests.isEmpty)
  }

  @Test func oneThatBeginsNoMoreEndsAsItWasRefused() async throws {
    let server = server(taking: "two")
    defer { server.stop() }
    try await run(server, ScriptedTokens("one")) { test in
      let ended = Ended()
      let call = UpstreamCall(test.client, .test("POST"), deadline: .now().advanced(by: .seconds(600))) {
        ended.response = $0
      }
      call.start()
      await test.until { test.backends.all[0].tokens?.waiting == 1 }
      #expect(!call.isInDoubt && call.mayHaveArrived)
      call.beginNoMore()
      #expect(ended.response?.status == 401 && ended.response?.note == CourseState.refusal)
    }
  }

  // MARK: Streams

  private func stream(
    _ server: ScriptedServer, _ tokens: ScriptedTokens, _ body: [UInt8] = [], kept: Int = 1024
  ) async throws -> StreamCollector {
    let (pool, backends) = backends(server, tokens)
    defer { withExtendedLifetime(pool) {} }
    return try await TestLoop.run(sharing: backends) { test in
      var request = UpstreamStreamRequest.test(
        body.isEmpty ? "GET" : "POST", bodyLength: body.isEmpty ? .none : .known(body.count))
      request.headers = [HeaderField("Authorization", "Bearer mine")]
      request.retryBuffer = kept
      let collector = StreamCollector(sending: body)
      _ = test.client.openStream(request, delegate: collector)
      await test.until { collector.hasEnded }
      return collector
    }
  }

  @Test(arguments: [0, 5, 1024]) func aStreamIsMadeAgainWhereItsBodyIsKept(_ count: Int) async throws {
    let server = server(taking: "two")
    defer { server.stop() }
    let body = [UInt8](repeating: 0x61, count: count)
    let collector = try await stream(server, ScriptedTokens("one", "two"), body)
    #expect(collector.status == 200 && collector.failure == nil && collector.ends.count == 1)
    #expect(server.requests.map(\.token) == ["one", "two"] && server.requests.map(\.body) == [body, body])
  }

  /// Nor is a 401 that stays an answer to the client.
  @Test(arguments: [(1025, 1), (5, 2)]) func otherwiseItFails(_ count: Int, _ requests: Int) async throws {
    let server = server(taking: "three")
    defer { server.stop() }
    let tokens = ScriptedTokens("one", "two")
    let collector = try await stream(server, tokens, [UInt8](repeating: 0x61, count: count))
    #expect(collector.status == nil && collector.failure == .invalid(CourseState.refusal) && collector.body.isEmpty)
    #expect(server.requests.count == requests && tokens.fetches == requests)
  }

  @Test func aStreamWithoutATokenFails() async throws {
    let server = server(taking: "one")
    defer { server.stop() }
    let collector = try await stream(server, ScriptedTokens(nil))
    #expect(collector.failure == .connect("there is no token of `oauth2`") && server.requests.isEmpty)
  }

  // MARK: Probes

  @Test func probesHaveItAndSayNothingWithoutOne() async throws {
    let server = server(taking: "two")
    defer { server.stop() }
    let tokens = ScriptedTokens(nil)
    let health: (inout BackendPlan) -> Void = {
      $0.health = BackendPlan.Health(path: "/health")
      $0.health?.every = .milliseconds(1)
      $0.health?.unhealthyAfter = 1
    }
    try await run(server, tokens, configure: health) { test in
      let prober = HealthProber(test.backends.all, loop: test.loop, patience: .seconds(60))
      prober.start()
      let source = try #require(test.backends.all[0].tokens)
      let address = test.backends.all[0].addresses[0]
      tokens.advance(by: .seconds(1))
      await test.until { source.waiting == 1 }
      #expect(address.isHealthy && server.requests.isEmpty)
      tokens.end("one")
      // It is refused, and the next one awaited.
      await test.until { tokens.fetches == 3 }
      #expect(address.isHealthy)
      tokens.end("two")
      await test.until { server.requests.contains { $0.token == "two" } }
      #expect(address.isHealthy)
      prober.stop()
      await prober.ended()
    }
  }
}

/// *Confined to the loop's thread.*
private final class Ended: @unchecked Sendable {
  var response: CallResponse?
}

extension ScriptedServer.Request {
  /// Of its one `Authorization`; `nil` where there is none, or more than one.
  fileprivate var token: String? {
    let lines = headers.filter { $0.lowercased().hasPrefix("authorization:") }
    return lines.count == 1 ? lines[0].split(separator: "Bearer ").last.map(String.init) : nil
  }
}
