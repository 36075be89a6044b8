import Testing

extension Behaviour {
  /// HTTP/2 over TLS, a hundred requests under way at once, and something happens to two of them, one of a call and one
  /// of a proxy. Those end as declared, all others are answered well, and none is sent twice that must not be.
  @Suite struct CrowdFaultTests {
    private static let size = 100
    static let lines =
      CrowdRow.all.map(\.line) + [
        FaultLine(
          fault: "one of a hundred: the client takes nothing of it", call: "", proxy: "waits, in bounded memory",
          test: "aSlowClientHoldsNobodyUp"),
        FaultLine(
          fault: "one of a hundred: the client leaves", call: "", proxy: "ended",
          test: "aClientThatLeavesTakesNobodyAlong"),
      ]

    @Test(arguments: CrowdRow.all)
    func whatHappensToOneHappensToNoOther(_ row: CrowdRow) throws {
      let rig = try Rig(row.fault, row: row, size: Self.size)
      defer { rig.stop() }
      let body: [UInt8]? = row.method == "POST" ? [49] : nil
      let clients = try (0..<Self.size).map { _ in try RawClient(port: rig.gateway.port) }
      for (index, client) in clients.enumerated() {
        let path = (index < 2 ? "/victim" : "") + (index % 2 == 0 ? "/call" : "/proxy")
        try client.send("\(row.method) \(path)", body: body)
        if index < 2 { #expect(rig.crowd.wait(for: index + 1)) }
      }
      let answers = try clients.map { try $0.receive() }
      FaultMatrixTests.checkRequired(answers[0], row.call)
      FaultMatrixTests.checkProxied(answers[1], row.proxy)
      Self.checkWell(answers.dropFirst(2))
      #expect(rig.crowd.count == Self.size + (row.isRepeated ? 2 : 0))
      #expect(try rig.gateway.exchange("GET /call").text.contains(FaultyBackend.well))
      try rig.gateway.stopInOrder()
    }

    /// More than all buffers on the way hold; what the gateway took of it must not stay in its memory.
    @Test func aSlowClientHoldsNobodyUp() throws {
      let rig = try Rig(
        { peer, stream in
          try peer.sendHead(on: stream)
          let piece = [UInt8](repeating: 120, count: 16_384)
          for _ in 0..<4096 { try peer.send(.data, flags: 0, stream: stream, piece) }
        }, size: Self.size)
      defer { rig.stop() }
      let before = try rig.gateway.residentBytes()
      try rig.run { _ in }
      #expect(try rig.gateway.residentBytes() - before < 48 << 20)
    }

    @Test func aClientThatLeavesTakesNobodyAlong() throws {
      let rig = try Rig({ _, _ in }, size: Self.size)
      defer { rig.stop() }
      try rig.run { for client in $0 { client.stream.close() } }
    }

    static func checkWell(_ answers: some Sequence<RawResponse?>) {
      let failed = answers.filter {
        $0?.status != 200 || $0?.isComplete != true || $0?.text.contains(FaultyBackend.well) != true
      }
      #expect(failed.isEmpty, "\(failed.count) of the others failed, as \(failed.first as Any)")
    }

    /// A gateway, and its backend behind TLS. Confined to its test.
    private final class Rig {
      let crowd: Crowd
      let gateway: GatewayProcess
      private let size: Int
      private let backend: ScriptedBackend
      private let relay: TLSRelay

      /// `row` has the victims' times.
      init(_ fault: @escaping @Sendable (HTTP2Peer, UInt32) throws -> Void, row: CrowdRow? = nil, size: Int) throws {
        let time = row?.time ?? "60s"
        let crowd = Crowd(size, victims: 2)
        self.crowd = crowd
        self.size = size
        backend = try ScriptedBackend(streamsBodies: true) { _ in .http2 { try crowd.serve($0, fault) } }
        relay = try TLSRelay(to: backend.port)
        let authority = try Certificates.shared.get().authority
        gateway = try GatewayProcess(
          """
          backends:
            b1: { url: "${env.B1}", http: auto, connectTimeout: 60s, tls: { ca: \(authority) } }
          defaults: { timeout: 60s, idleTimeout: 60s }
          routes:
            GET /call: { calls: { v: { request: GET b1 /x, required: true } } }
            POST /call: { calls: { v: { request: POST b1 /x, body: 1, required: true } } }
            ANY /proxy: { proxy: b1 /x }
            GET /victim/call: { timeout: \(time), calls: { v: { request: GET b1 /x, required: true } } }
            POST /victim/call:
              timeout: \(time)
              calls: { v: { request: POST b1 /x, body: 1, required: true, timeout: \(time) } }
            ANY /victim/proxy: { proxy: b1 /x, timeout: \(row?.headTime ?? time), idleTimeout: \(time) }
          """, backends: [relay.url], gateway: "threads: 1\n")
      }

      /// Two clients of the proxy, which read nothing, are the victims; `act` is done to them when the backend has
      /// their requests. All others are answered well.
      func run(_ act: ([RawClient]) throws -> Void) throws {
        let victims = try (0..<2).map { _ in try RawClient(port: gateway.port, receiveBuffer: 4096) }
        for client in victims { try client.send("GET /proxy") }
        #expect(crowd.wait(for: 2))
        try act(victims)
        let clients = try (2..<size).map { _ in try RawClient(port: gateway.port) }
        for (index, client) in clients.enumerated() { try client.send("GET \(index % 2 == 0 ? "/call" : "/proxy")") }
        try CrowdFaultTests.checkWell(clients.map { try $0.receive() })
        for client in victims { client.stream.close() }
        #expect(try gateway.exchange("GET /proxy").text == FaultyBackend.well)
      }

      func stop() { backend.stop() }
    }
  }
}
