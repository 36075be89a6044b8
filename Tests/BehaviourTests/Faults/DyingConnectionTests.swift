import Testing

extension Behaviour {
  /// Backends that end every connection after its first answer, when the next request is on its way.
  @Suite struct DyingConnectionTests {
    /// How the backend ends a connection, and what lies between.
    enum Ending: String, CaseIterable {
      case close = "every kept connection closed under GET"
      case reset = "every kept connection reset under GET"
      case tls = "every kept connection closed under GET, over TLS"
      case http2 = "every kept connection closed under GET, HTTP/2"
      case roundTrip = "closed behind each answer, over a round trip of 40 ms"
    }

    static let lines = Ending.allCases.map {
      FaultLine(
        fault: $0.rawValue, call: "repeated once", proxy: "repeated once", test: "thirtyGetsOverDyingConnections")
    }

    /// More than libcurl would repeat over one of its handles.
    @Test(arguments: Ending.allCases)
    func thirtyGetsOverDyingConnections(_ ending: Ending) throws {
      let backend = try Self.backend(ending)
      defer { backend.stop() }
      let authority = try Certificates.shared.get().authority
      let tls = "connectTimeout: 60s, tls: { ca: \(authority) }"
      let relay =
        ending == .tls || ending == .http2
        ? try TLSRelay(to: backend.port, version: ending == .tls ? "http/1.1" : "h2") : nil
      let network = SlowRelay(to: backend.port, delay: 20)
      defer { network.stop() }
      let (url, settings) =
        switch ending {
        case .close, .reset: (backend.url, "connectTimeout: 60s")
        case .tls: (relay!.url, tls)
        case .http2: (relay!.url, tls + ", http: auto")
        case .roundTrip: (network.url, "connectTimeout: 60s")
        }
      let gateway = try GatewayProcess(
        """
        backends:
          b1: { url: "${env.B1}", \(settings) }
          b2: { url: "${env.B1}", \(settings), retry: {} }
        defaults: { timeout: 60s }
        routes:
          GET /proxy: { proxy: b1 /x }
          GET /call: { calls: { v: { request: GET b1 /x, required: true } } }
          GET /safe: { calls: { v: { request: POST b1 /x, safe: true, body: 1, required: true } } }
          GET /retry/proxy: { proxy: b2 /x }
          GET /retry/call: { calls: { v: { request: GET b2 /x, required: true } } }
        """, backends: [url], gateway: "threads: 1\n")
      for path in ["/proxy", "/call", "/safe", "/retry/proxy", "/retry/call"] {
        let answers = try (0..<30).map { _ in try gateway.exchange("GET \(path)") }
        #expect(answers.allSatisfy { $0.status == 200 }, "\(path): \(answers.map(\.status))")
      }
      #expect(backend.connectionCount >= 100)
      try gateway.stopInOrder()
    }

    private static func backend(_ ending: Ending) throws -> ScriptedBackend {
      if ending == .http2 {
        return try ScriptedBackend(streamsBodies: true) { _ in
          .http2 { peer in
            try peer.answer(.json("1"), on: peer.nextStream())
            _ = try peer.nextStream()
            peer.stream.shutDown()
          }
        }
      }
      let seen = Numbers()
      return try ScriptedBackend { request in
        guard seen.insert(request.connection) else { return .fault(ending == .reset ? .reset : .close) }
        var answer = ScriptedAnswer.json("1")
        if ending == .roundTrip { answer.then = .close }
        return answer
      }
    }
  }
}
