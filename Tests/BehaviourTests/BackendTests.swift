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

    static let lines = [
      FaultLine(
        fault: "one of two refuses, with `breaker`", call: "left out after `minimumCalls`",
        proxy: "left out after `minimumCalls`", test: "aDeadAddressTakesNoOtherAlong")
    ]

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
