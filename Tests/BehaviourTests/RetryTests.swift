import Foundation
import Testing

extension Behaviour {
  /// What is asked again, where and when.
  @Suite struct RetryTests {
    static let lines = [
      FaultLine(
        fault: "one of two refuses, with `retry`, any method", call: "`ok`", proxy: "200, passed on",
        test: "whatCouldNotBeSentGoesToTheNextAddress"),
      FaultLine(
        fault: "one of two is a black hole, has no such name, or no TLS, likewise", call: "`ok`",
        proxy: "200, passed on", test: "whatCouldNotBeSentGoesToTheNextAddress"),
    ]

    @Test func aRetryGoesToTheNextAddress() throws {
      let backend = try ScriptedBackend(json: "1")
      defer { backend.stop() }
      let dead = try DeadEnd(.refusing)
      let gateway = try GatewayProcess(
        """
        backends:
          some:
            urls: ["${env.B1}", "${env.B2}"]
            retry: { attempts: 2, on: [connect], backoff: 1ms, budget: 100% }
        routes:
          GET /x: { calls: { v: GET some /x } }
        """, backends: [dead.url, backend.url])
      for _ in 0..<10 { #expect(try gateway.exchange("GET /x").text == #"{"v":1}"#) }
      #expect(backend.requests.count == 10)
      try gateway.stopInOrder()
    }

    /// Nothing was sent to the dead one, so any method may go to the other.
    @Test(arguments: ["POST", "DELETE"], ["refused", "black hole", "no name", "no TLS"])
    func whatCouldNotBeSentGoesToTheNextAddress(_ method: String, _ fault: String) throws {
      let backend = try ScriptedBackend(json: "1")
      let plain = try ScriptedBackend(json: "0")
      defer { for backend in [backend, plain] { backend.stop() } }
      let dead = try DeadEnd(fault == "refused" ? .refusing : .silent)
      let url =
        switch fault {
        case "no name": "http://no-such-host.invalid"
        case "no TLS": plain.url.replacing("http:", with: "https:")
        default: dead.url
        }
      // Each of the others takes the whole time to connect.
      let times = fault == "refused" ? 12 : 2
      let body = #"{"a":1}"#
      let gateway = try GatewayProcess(
        """
        backends:
          some:
            urls: ["${env.B1}", "${env.B2}"]
            retry: { attempts: 2, on: [connect], backoff: 1ms, budget: 100% }
        routes:
          POST|DELETE /call: { calls: { v: { request: \(method) some /x, body: { a: 1 } } } }
          POST|DELETE /proxy: { proxy: some /y }
        """, backends: [url, backend.url], gateway: "threads: 1\n")
      for (route, answer) in [("/call", #"{"v":1}"#), ("/proxy", "1")] {
        for _ in 0..<times { #expect(try gateway.exchange("\(method) \(route)", body: body).text == answer) }
      }
      #expect(backend.requests.map(\.target) == ["/x", "/y"].flatMap { Array(repeating: $0, count: times) })
      #expect(backend.requests.allSatisfy { $0.text == body })
      try gateway.stopInOrder()
    }

    /// `idempotent` helps proxied bodies, too, as far as they are kept.
    @Test func aProxiedBodyIsSentAgain() throws {
      let turns = Tally()
      let backend = try ScriptedBackend { _ in
        turns.add(1)
        return turns.count % 2 == 1 ? .json("no", status: 503) : .json("yes", status: 201)
      }
      defer { backend.stop() }
      let gateway = try GatewayProcess(
        """
        backends:
          some: { url: "${env.B1}", idempotent: true, retry: { attempts: 2, on: [503], backoff: 1ms, budget: none } }
        routes:
          POST /x: { proxy: some /x, retryBuffer: 100KiB }
        """, backends: [backend.url])
      let body = String(repeating: "0123456789", count: 10_000)
      #expect(try gateway.exchange("POST /x", body: body).text == "yes")
      #expect(backend.requests.map(\.body) == [Array(body.utf8), Array(body.utf8)])
      #expect(try gateway.exchange("POST /x", body: body + body).text == "no")
      #expect(backend.requests.count == 3)
      try gateway.stopInOrder()
    }

    /// Only what has a key as the backend gets it: not an empty one, nor one that stays at the gateway.
    @Test(arguments: [
      (["Idempotency-Key: k"], "", 2), ([], "", 1), (["Idempotency-Key:"], "", 1),
      (["Idempotency-Key: k", "Connection: idempotency-key"], "", 1),
      (["Idempotency-Key: k"], ", headers: { Idempotency-Key: null }", 1),
      ([], ", headers: { Idempotency-Key: \"${headers.x-id}\" }", 1),
      (["X-Id: 7"], ", headers: { Idempotency-Key: \"${headers.x-id}\" }", 2),
    ])
    func aProxiedWriteIsRepeatedByItsKey(_ lines: [String], _ settings: String, _ count: Int) throws {
      let backend = try ScriptedBackend { _ in .json("{}", status: 503) }
      defer { backend.stop() }
      let gateway = try GatewayProcess(
        """
        backends:
          some: { url: "${env.B1}", retry: { attempts: 2, on: [503], backoff: 1ms, budget: none } }
        routes:
          POST /x: { proxy: some /x\(settings.replacing("headers.x-id", with: #"headers.\"x-id\""#)) }
        """, backends: [backend.url])
      #expect(try gateway.exchange("POST /x", headers: lines, body: "{}").status == 503)
      #expect(backend.requests.count == count)
      try gateway.stopInOrder()
    }

    @Test(arguments: ["calls: { v: { request: GET some /x, required: true } }", "proxy: some /x"])
    func theTimeThatABackendAsksForIsGiven(_ work: String) throws {
      let turns = Tally()
      let backend = try ScriptedBackend { _ in
        turns.add(1)
        var answer = ScriptedAnswer.json("no", status: turns.count > 2 ? 429 : turns.count == 1 ? 503 : 200)
        answer.headers = ["Retry-After: \(turns.count == 1 ? 1 : 3600)"]
        return answer
      }
      defer { backend.stop() }
      let gateway = try GatewayProcess(
        """
        backends:
          some: { url: "${env.B1}", retry: { attempts: 5, on: [429, 503], backoff: 1ms } }
        routes:
          GET /x: { timeout: 60s, \(work.replacing("request: GET some /x", with: "request: GET some /x, as: text")) }
        """, backends: [backend.url])
      #expect(try gateway.exchange("GET /x").status == 200)
      #expect(backend.requests.count == 2)
      let refused = try gateway.exchange("GET /x")
      #expect(refused.status == 429 && refused["Retry-After"] == "3600")
      #expect(backend.requests.count == 3)
      try gateway.stopInOrder()
    }

    @Test func whatTheBudgetRefusesIsTold() throws {
      let turns = Tally()
      let backend = try ScriptedBackend { request in
        if request.target == "/never" { return .json("{}", status: 404) }
        turns.add(1)
        return turns.count % 6 == 0 ? .json("1") : .json("{}", status: 404)
      }
      defer { backend.stop() }
      let gateway = try GatewayProcess(
        """
        backends:
          free: { url: "${env.B1}", retry: { attempts: 6, on: [404], backoff: 1ms, budget: none } }
          bound: { url: "${env.B1}", retry: { attempts: 6, on: [404], backoff: 1ms, budget: 100% } }
        routes:
          GET /free: { calls: { v: GET free /polled } }
          GET /bound: { exposeErrors: true, calls: { v: GET bound /never } }
        """, backends: [backend.url], gateway: "threads: 1\n")
      for _ in 0..<30 { #expect(try gateway.exchange("GET /free").text == #"{"v":1}"#) }
      var details: [String?] = []
      for _ in 0..<30 {
        details.append(try gateway.exchange("GET /bound").json()["_meta"]?["failures"]?["v"]?["detail"]?.string)
      }
      #expect(details.first == "status 404")
      #expect(details.contains("status 404; not repeated: the backend's retry budget is spent"))
      try gateway.stopInOrder()
      let log = gateway.child.errors.text
      #expect(log.contains(#/warning the retry budget is spent backend=bound refused=1\b/#), "\(log)")
      #expect(log.contains("the backend's retry budget is spent"), "\(log)")
      #expect(!log.contains("backend=free"), "\(log)")
    }
  }
}
