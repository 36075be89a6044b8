import Foundation
import Testing

extension Behaviour {
  /// Several addresses of one backend, and secrets on the way to it.
  @Suite struct BackendTests {
    @Test(arguments: ["calls: { v: GET both /x }", "proxy: both /x"])
    func addressesTakeTurnsByWeight(_ work: String) throws {
      let backends = try (0..<2).map { _ in try ScriptedBackend(json: "1") }
      defer { for backend in backends { backend.stop() } }
      let gateway = try GatewayProcess(
        """
        backends:
          both: { urls: ["${env.B1}", { url: "${env.B2}", weight: 2 }] }
        routes:
          GET /x: { \(work) }
        """, backends: backends.map(\.url), gateway: "threads: 1\n")
      for _ in 0..<30 { #expect(try gateway.exchange("GET /x").status == 200) }
      #expect(backends.map { $0.requests.count } == [10, 20])
      try gateway.stopInOrder()
    }

    @Test func aHashSendsEqualValuesToTheSameAddress() throws {
      let backends = try (0..<3).map { number in try ScriptedBackend(json: "\(number)") }
      defer { for backend in backends { backend.stop() } }
      let gateway = try GatewayProcess(
        """
        backends:
          some: { urls: ["${env.B1}", "${env.B2}", "${env.B3}"], balance: hash(path.n) }
        routes:
          GET /x/:n: { calls: { v: "GET some /x/${path.n}" }, response: "${v}" }
        """, backends: backends.map(\.url))
      let rounds = try (0..<3).map { _ in try (0..<30).map { try gateway.exchange("GET /x/\($0)").text } }
      #expect(rounds[0] == rounds[1] && rounds[1] == rounds[2])
      #expect(Set(rounds[0]).count == 3, "thirty values fall on all three addresses")
      try gateway.stopInOrder()
    }

    @Test(arguments: ["least-requests", "random-of-two"])
    func aBusyAddressIsSpared(_ balance: String) throws {
      let free = Barrier(2)
      let backends = try (0..<2).map { number in
        try ScriptedBackend { $0.target == "/first" ? .json("1").waiting(at: free) : .json("1") }
      }
      defer { for backend in backends { backend.stop() } }
      let gateway = try GatewayProcess(
        """
        backends:
          some: { urls: ["${env.B1}", "${env.B2}"], balance: \(balance) }
        routes:
          GET /x/:n: { timeout: 30s, calls: { v: "GET some /${path.n}" } }
        """, backends: backends.map(\.url), gateway: "threads: 1\n")
      let first = try RawClient(port: gateway.port)
      try first.send("GET /x/first")
      let deadline = Patience.deadline
      while backends.allSatisfy({ $0.requests.isEmpty }), deadline.timeIntervalSinceNow > 0 { usleep(1_000) }
      for _ in 0..<10 { #expect(try gateway.exchange("GET /x/more").status == 200) }
      #expect(backends.map { $0.requests.count }.sorted() == [1, 10])
      #expect(free.arrive())
      #expect(try first.receive()?.status == 200)
      try gateway.stopInOrder()
    }

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

    static let lines = [
      FaultLine(
        fault: "one of two refuses, with `retry`, any method", call: "`ok`", proxy: "200, passed on",
        test: "whatCouldNotBeSentGoesToTheNextAddress"),
      FaultLine(
        fault: "one of two is a black hole, has no such name, or no TLS, likewise", call: "`ok`",
        proxy: "200, passed on", test: "whatCouldNotBeSentGoesToTheNextAddress"),
      FaultLine(
        fault: "one of two refuses, with `breaker`", call: "left out after `minimumCalls`",
        proxy: "left out after `minimumCalls`", test: "aDeadAddressTakesNoOtherAlong"),
    ]

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

    @Test(arguments: ["calls: { v: { request: GET both /x, required: true } }", "proxy: both /x"])
    func aDeadAddressTakesNoOtherAlong(_ work: String) throws {
      let backend = try ScriptedBackend(json: "1")
      defer { backend.stop() }
      let dead = try DeadEnd(.refusing)
      let gateway = try GatewayProcess(
        """
        backends:
          both: { urls: ["${env.B1}", "${env.B2}"], breaker: {} }
        routes:
          GET /x: { \(work) }
        """, backends: [dead.url, backend.url], gateway: "threads: 1\n")
      let first = try (0..<20).map { _ in try gateway.exchange("GET /x").status }
      #expect(first.filter { $0 == 502 }.count == 10 && first.filter { $0 == 200 }.count == 10, "\(first)")
      for _ in 0..<20 { #expect(try gateway.exchange("GET /x").status == 200) }
      #expect(backend.requests.count == 30)
      try gateway.stopInOrder()
      let lines = gateway.child.errors.text.split(separator: "\n").filter { $0.contains("breaker") }
      #expect(lines.count == 1)
      let figures = ["calls=10", "failures=10", "openFor=10s"]
      for word in ["warning breaker opened", "address=\(dead.url)", "backend=both"] + figures {
        #expect(lines.first?.contains(word) == true, "\(word): \(lines)")
      }
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

    @Test(arguments: [
      ("url: unix:PATH", nil), ("url: { url: http://shop.internal, socket: PATH }", "shop.internal"),
    ])
    func backendsMayListenOnUnixSockets(_ address: String, _ host: String?) throws {
      let folder = try TemporaryFolder()
      let path = folder.path + "/s"
      let backend = try ScriptedBackend(path: path) { .json("\"\($0.target)\"") }
      defer { backend.stop() }
      let gateway = try GatewayProcess(
        """
        backends:
          local: { \(address.replacing("PATH", with: path)) }
        routes:
          GET /call: { calls: { v: GET local /x } }
          GET /proxy: { proxy: local /y }
        """)
      #expect(try gateway.exchange("GET /call").text == #"{"v":"/x"}"#)
      #expect(try gateway.exchange("GET /proxy").text == #""/y""#)
      if let host { #expect(backend.requests.first?["Host"] == host) }
      try gateway.stopInOrder()
    }

    @Test func anUnhealthyAddressIsLeftOutUntilItIsWell() throws {
      let isWell = Tally()
      let sick = try ScriptedBackend { request in
        request.target == "/health" && isWell.count == 0 ? .json("{}", status: 500) : .json("1")
      }
      let well = try ScriptedBackend(json: "2")
      defer { for backend in [sick, well] { backend.stop() } }
      let gateway = try GatewayProcess(
        """
        backends:
          both:
            urls: ["${env.B1}", "${env.B2}"]
            health: { path: /health, every: 100ms, unhealthyAfter: 1, healthyAfter: 1 }
        routes:
          GET /x: { calls: { v: GET both /x } }
        """, backends: [sick.url, well.url], gateway: "threads: 1\n")
      sick.waitForRequests(2)
      let left = try (0..<10).map { _ in try gateway.exchange("GET /x").text }
      #expect(left.allSatisfy { $0 == #"{"v":2}"# }, "\(left)")
      isWell.add(1)
      let deadline = Patience.deadline
      while try gateway.exchange("GET /x").text != #"{"v":1}"#, deadline.timeIntervalSinceNow > 0 { usleep(10_000) }
      #expect(sick.lines.contains("GET /x"))
      try gateway.stopInOrder()
    }

    @Test func secretsReachTheBackendAndNobodyElse() throws {
      let backend = try ScriptedBackend { _ in .json("{}", status: 500) }
      defer { backend.stop() }
      let folder = try TemporaryFolder(files: ["key": "from-the-file\n"])
      let definition = """
        backends:
          b1: { url: "${env.B1}" }
        routes:
          GET /x:
            exposeErrors: true
            calls:
              v: { request: GET b1 /x, headers: { X-File: { file: "\(folder.path)/key" }, X-Env: "${env.API_KEY}" } }
        """
      let environment = ["B1": backend.url, "API_KEY": "from-the-environment"]
      let gateway = try GatewayProcess(files: ["main.yaml": definition], environment: environment)
      let response = try gateway.exchange("GET /x")
      let request = try #require(backend.requests.first)
      #expect(request["X-File"] == "from-the-file")
      #expect(request["X-Env"] == "from-the-environment")
      try gateway.stopInOrder()
      let definitions = try TemporaryFolder(files: ["main.yaml": definition])
      let explained = try WeftBinary.run(["explain", definitions.path, "GET", "/x"], environment: environment)
      #expect(explained.status == 0, "\(explained)")
      for text in [response.description, gateway.child.output.text, gateway.child.errors.text, explained.description] {
        #expect(!text.contains("from-the-"), "\(text)")
      }
    }
  }
}
