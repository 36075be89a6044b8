import Foundation
import Testing

extension Behaviour {
  /// Clients that mean harm over HTTP/2: each gets the right error or only less, and everybody else is served.
  @Suite struct HTTP2HostileTests {
    typealias Script = @Sendable (HTTP2Client) throws -> Void

    /// A gateway that has to be as it was once `attack` is over, and that serves others meanwhile.
    func withGateway(
      _ settings: String = "", answers: @escaping ScriptedBackend.Script = { _ in .json("1") },
      _ attack: (GatewayProcess, ScriptedBackend) throws -> Void
    ) throws {
      let backend = try ScriptedBackend { $0.target == "/hang" ? .fault(.hang) : answers($0) }
      defer { backend.stop() }
      let gateway = try HTTP2Gateway.start(backend, "threads: 1\n" + settings)
      try attack(gateway, backend)
      #expect(gateway.isQuiet())
      try expectServed(gateway)
      try gateway.stopInOrder()
    }

    func expectServed(_ gateway: GatewayProcess) throws {
      #expect(try gateway.exchange("GET /static").status == 200)
      let client = try HTTP2Client(port: gateway.port)
      try client.request(1)
      #expect(try client.answer(to: 1).status == 200)
      #expect(try RawClient.exchange(port: gateway.adminPort, "GET /livez").status == 200)
    }

    // MARK: Floods

    struct Flood: Sendable, CustomStringConvertible {
      let description: String
      let play: Script

      init(_ name: String, _ play: @escaping Script) { (description, self.play) = (name, play) }
    }

    /// The n-th stream of a client.
    static func id(_ number: Int) -> UInt32 { UInt32(number * 2 + 1) }

    private static func many(_ body: (UInt32) throws -> Void) throws {
      for number in 0..<300 { try body(id(number)) }
    }

    private static let zeros = [UInt8](repeating: 0, count: 8)

    private static let floods = [
      Flood("rapid reset (CVE-2023-44487)") { client in
        try many { id in
          try client.request(id, "GET", "/p/hang")
          try client.reset(id)
        }
      },
      Flood("streams that have themselves reset by WINDOW_UPDATE of 0 (CVE-2025-8671)") { client in
        try many { id in
          try client.request(id, "GET", "/p/hang")
          try client.window(id, 0)
        }
      },
      Flood("streams that have themselves reset by a window that overflows (CVE-2025-8671)") { client in
        try many { id in
          try client.request(id, "POST", "/p/hang", ends: false)
          try client.window(id, 0x7FFF_FFFF)
        }
      },
      Flood("streams that have themselves reset by Content-Length (CVE-2025-8671)") { client in
        try many { id in
          try client.request(id, "POST", "/p/hang", [("content-length", "1")], ends: false)
          try client.data(id, [1, 2])
        }
      },
      Flood("malformed requests") { client in
        try many { try client.request($0, "GET", "/static", [("connection", "close")]) }
      },
      Flood("PING (CVE-2019-9512)") { client in try many { _ in try client.send(.ping, on: 0, zeros) } },
      Flood("SETTINGS (CVE-2019-9515)") { client in try many { _ in try client.settings([(4, 65_535)]) } },
      Flood("PRIORITY (CVE-2019-9513)") { client in
        try many { try client.send(.priority, on: $0, [0, 0, 0, 0, 7]) }
      },
      Flood("empty DATA (CVE-2019-9518)") { client in
        try client.request(1, "POST", "/p/hang", ends: false)
        try many { _ in try client.data(1, []) }
      },
      Flood("DATA of nothing but padding") { client in
        try client.request(1, "POST", "/p/hang", ends: false)
        try many { _ in try client.send(.data, HTTP2Client.padded, on: 1, [7] + zeros.dropLast()) }
      },
      Flood("CONTINUATION (CVE-2024-27316)") { client in
        try client.send(.headers, 0, on: 1, HTTP2Client.block(HTTP2Client.head()))
        try many { _ in try client.send(.continuation, 0, on: 1, HTTP2Client.block([("x", "y")])) }
      },
      Flood("empty CONTINUATION") { client in
        try client.send(.headers, 0, on: 1, HTTP2Client.block(HTTP2Client.head()))
        try many { _ in try client.send(.continuation, 0, on: 1) }
      },
    ]

    @Test func floodsAreToldToCalmDown() throws {
      try withGateway { gateway, _ in
        for flood in Self.floods {
          let client = try HTTP2Client(port: gateway.port)
          do { try flood.play(client) } catch SocketFailure.broken {}
          #expect(try client.end() == .enhanceYourCalm, "\(flood)")
          try expectServed(gateway)
        }
      }
    }

    @Test func manyResetsAreNoFlood() throws {
      try withGateway { gateway, backend in
        let client = try HTTP2Client(port: gateway.port)
        for number in 0..<150 {
          try client.request(Self.id(number), "GET", "/p/hang")
          try client.reset(Self.id(number))
        }
        try client.request(Self.id(150))
        #expect(try client.answer(to: Self.id(150)).status == 200)
      }
    }

    // MARK: Header compression

    /// One long entry of the table, asked for again and again.
    @Test func aHeaderBombIsNotUnpacked() throws {
      try withGateway { gateway, _ in
        let client = try HTTP2Client(port: gateway.port)
        let field = HTTP2Client.block([("x-bomb", String(repeating: "x", count: 3900))])
        let entry: [UInt8] = [0x40] + field.dropFirst()
        try client.send(.headers, 5, on: 1, HTTP2Client.block(HTTP2Client.head()) + entry)
        #expect(try client.answer(to: 1).status == 200)
        let bomb = [UInt8](repeating: 0xBE, count: 15_000)
        try client.send(.headers, 5, on: 3, HTTP2Client.block(HTTP2Client.head()) + bomb)
        let code = try client.end()
        #expect([.compressionError, .protocolError, .enhanceYourCalm].contains(code))
        #expect(client.answers[3] == nil)
      }
    }

    @Test func anEndlessNumberOrNameIsACompressionError() throws {
      try withGateway { gateway, _ in
        let zeros = [UInt8](repeating: 0x80, count: 1000)
        let blocks: [[UInt8]] = [[0xFF] + zeros, [0x3F] + zeros, [0x00, 0x7F] + zeros, [0x00, 0x05, 0x61], [0x0F]]
        for block in blocks {
          let client = try HTTP2Client(port: gateway.port)
          try client.send(.headers, 5, on: 1, HTTP2Client.block(HTTP2Client.head()) + block)
          #expect(try client.end() == .compressionError)
        }
      }
    }

    /// The server's own table stays as small as ever, and both ends keep to the same one.
    @Test(arguments: [UInt32.max, 0, 1, 4096])
    func tablesOfAnySizeAreAllowed(_ size: UInt32) throws {
      try withGateway { gateway, _ in
        let client = try HTTP2Client(port: gateway.port, settings: [(1, size)], tableSize: Int(size))
        for number in 0..<300 {
          if number % 20 == 0 { try client.settings([(1, size), (1, 0), (1, size)]) }
          try client.request(Self.id(number), "GET", "/static", [("x-name", "\(number)")])
          let answer = try client.answer(to: Self.id(number))
          #expect(answer.text == "{\"of\":\"\(number)\"}" && answer.fields.first(name: "x-request-id") != nil)
        }
      }
    }

    // MARK: Windows

    @Test func aWindowOfOneByteAtATime() throws {
      try withGateway { gateway, _ in
        let client = try HTTP2Client(port: gateway.port, settings: [(4, 0)])
        client.refills = false
        try client.request(1)
        for count in 1...11 {
          try client.window(1, 1)
          #expect(try client.wait { client.answers[1]?.body.count == count })
        }
        #expect(try client.answer(to: 1).text == #"{"of":null}"#)
      }
    }

    private static let large: ScriptedBackend.Script = { _ in .json("\"\(String(repeating: "x", count: 1_000_000))\"") }

    /// Many answers of a megabyte for a window of none: even one connection alone is too much.
    @Test(arguments: [1, 3])
    func answersThatNobodyTakesEndTheirConnections(_ count: Int) throws {
      try withGateway("limits: { untakenBytes: 8MiB }\n", answers: Self.large) { gateway, _ in
        let before = try gateway.residentBytes()
        let clients = try (0..<count).map { _ in try HTTP2Client(port: gateway.port, settings: [(4, 0)]) }
        for client in clients {
          for number in 0..<40 { try? client.request(Self.id(number), "GET", "/large") }
        }
        #expect(gateway.waitForHealth { $0["connections"]?.number == 0 && $0["untakenBytes"]?.number == 0 })
        #expect(try gateway.residentBytes() - before < 400 << 20)
        try expectServed(gateway)
      }
    }

    @Test func aClientThatNeverReadsIsBoundedAndEnds() throws {
      try withGateway("timeouts: { body: 2s, idle: 2s }\n", answers: Self.large) { gateway, backend in
        let before = try gateway.residentBytes()
        let client = try HTTP2Client(port: gateway.port, settings: [(4, 0x7FFF_FFFF)], receiveBuffer: 16 * 1024)
        try client.window(0, 0x7FFF_0000)
        for number in 0..<100 { try client.request(Self.id(number), "GET", "/p/large") }
        backend.waitForRequests(1)
        #expect(try RawClient.exchange(port: gateway.adminPort, "GET /livez").status == 200)
        #expect(try gateway.residentBytes() - before < 200 << 20)
        #expect(gateway.waitForHealth { $0["connections"]?.number == 0 })
      }
    }
    // MARK: Noise

    /// Frames by chance, from a fixed seed.
    @Test func noiseIsSurvived() throws {
      try withGateway { gateway, _ in
        var random = HostileRandom(state: 20_261_126)
        for _ in 0..<200 {
          let client = try HTTP2Client(port: gateway.port)
          var bytes: [UInt8] = []
          for _ in 0..<12 {
            let (type, flags) = (UInt8(random.next(12)), UInt8(random.next(256)))
            let known = random.next(2) == 0 ? HTTP2Client.block(HTTP2Client.head("POST", "/body")) : []
            let payload = known + (0..<random.next(24)).map { _ in UInt8(random.next(256)) }
            bytes += HTTP2Client.frame(type, flags & 0x2D, UInt32(random.next(8)), payload)
          }
          do { try client.stream.write(bytes) } catch SocketFailure.broken {}
          client.stream.finishWriting()
          _ = try client.end()
        }
      }
    }
  }
}

/// A generator from a seed (Knuth's MMIX).
private struct HostileRandom {
  var state: UInt64

  mutating func next(_ bound: Int) -> Int {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int(state >> 33) % bound
  }
}
