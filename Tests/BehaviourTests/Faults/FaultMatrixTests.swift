import Testing

extension Behaviour {
  /// Whatever a backend does wrong: the declared outcome in the time that the definition gives, and the next request
  /// is right.
  @Suite struct FaultMatrixTests {
    @Test(arguments: FaultRow.all)
    func everyFaultHasItsOutcome(_ row: FaultRow) throws {
      let backends = try (0..<3).map { _ in try FaultyBackend(row.origin) }
      defer { for backend in backends { backend.stop() } }
      let gateway = try GatewayProcess(
        files: ["main.yaml": Self.definition(row, backends), "gateway.yaml": "threads: 1\n"])
      let faulty = try Self.exchange(gateway, row)
      Self.checkRequired(faulty[0], row.call)
      try Self.checkOptional(#require(faulty[1]), row.call)
      Self.checkProxied(faulty[2], row.proxy)
      if let attempts = row.attempts { #expect(backends.map(\.requestCount) == [attempts, attempts, attempts]) }

      for backend in backends { backend.recover() }
      // Of two addresses the first would be next.
      for _ in 0..<(backends[0].urls.count == 1 ? 2 : 1) {
        let well = try Self.exchange(gateway, row)
        #expect(well.map { $0?.status } == [200, 200, 200], "\(well)")
        let call = #"{"v":\#(FaultyBackend.well)}"#
        let isProxiedWell = row.method == "HEAD" ? "" : FaultyBackend.well
        #expect(well.map { $0?.text } == [call, call, isProxiedWell])
        #expect(well.allSatisfy { $0?["Weft-Outcome"] == nil && $0?.isComplete == true })
      }
      #expect(!gateway.child.hasEnded)
      try gateway.stopInOrder()
    }

    /// A backend for each route: with two addresses, each route begins with the first.
    private static func definition(_ row: FaultRow, _ backends: [FaultyBackend]) -> String {
      let names = ["b1", "b2", "b3"]
      let settings = zip(names, backends).map { "  \($0): { urls: \($1.urls), \($1.settings) }" }
      return """
        backends:
        \(settings.joined(separator: "\n"))
        routes:
          GET /required: { timeout: \(row.time), calls: { v: { request: GET b1 /x, required: true } } }
          GET /optional: { timeout: \(row.time), calls: { v: GET b2 /x } }
          ANY /proxy: { proxy: b3 /x, timeout: \(row.time), idleTimeout: \(row.time) }
        """
    }

    /// The answers of the required call's route, the optional one's and the proxy's, asked at the same time; `nil`
    /// where the connection was closed instead.
    private static func exchange(_ gateway: GatewayProcess, _ row: FaultRow) throws -> [RawResponse?] {
      let methods = ["GET", "GET", row.method]
      let clients = try methods.map { _ in try RawClient(port: gateway.port) }
      for (index, path) in ["/required", "/optional", "/proxy"].enumerated() {
        try clients[index].send("\(methods[index]) \(path)")
      }
      return try zip(clients, methods).enumerated().map { index, pair in
        do {
          return try pair.0.receive(method: pair.1)
        } catch {
          throw ChildProcess.Failure(what: "route \(index), \(row.name): \(error)", child: gateway.child)
        }
      }
    }

    static func checkRequired(_ response: RawResponse?, _ end: FaultRow.CallEnd) {
      #expect(response?.status == end.requiredStatus, "\(response as Any)")
      #expect(response?.isComplete == true)
      guard end.requiredStatus != 200 else { return }
      #expect(response?["Content-Type"]?.hasPrefix("application/problem+json") == true)
      #expect(response?["Weft-Outcome"]?.hasPrefix(end.outcome ?? "?") == true, "\(response as Any)")
    }

    private static func checkOptional(_ response: RawResponse, _ end: FaultRow.CallEnd) throws {
      #expect(response.status == 200 && response.isComplete, "\(response)")
      if case .value(let value) = end {
        #expect(response.text == #"{"v":\#(value)}"#)
        #expect(response["Weft-Outcome"] == nil)
        return
      }
      let body = try response.json()
      #expect(response["Weft-Outcome"]?.hasPrefix(end.outcome ?? "?") == true, "\(response)")
      #expect(body["v"] == .null && body["_meta"]?["partial"] == .bool(true), "\(response)")
      let failure = body["_meta"]?["failures"]?["v"]
      switch end {
      case .failed(let word): #expect(failure?["outcome"]?.string == word, "\(response)")
      case .status(let status, _):
        #expect(failure?["outcome"]?.string == "status" && failure?["status"]?.number == Double(status))
      case .value: break
      }
    }

    static func checkProxied(_ response: RawResponse?, _ end: FaultRow.ProxyEnd) {
      switch end {
      case .problem(let status):
        #expect(response?.status == status && response?.isComplete == true, "\(response as Any)")
        #expect(response?["Content-Type"]?.hasPrefix("application/problem+json") == true)
      case .brokenOff:
        #expect(response == nil || response?.isComplete == false, "\(response as Any)")
      case .passedOn(let status, let body):
        #expect(response?.status == status && response?.isComplete == true, "\(response as Any)")
        let isSame = response?.body == body
        #expect(isSame, "\(response?.body.count ?? -1) bytes instead of \(body.count)")
      }
    }
  }
}

extension FaultRow.CallEnd {
  /// How `Weft-Outcome` begins.
  fileprivate var outcome: String? {
    switch self {
    case .failed(let word): "v;outcome=\(word);"
    case .status(let status, _): "v;outcome=status;status=\(status);"
    case .value: nil
    }
  }
}
