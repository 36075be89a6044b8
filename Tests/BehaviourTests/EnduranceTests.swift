import Foundation
import Testing

extension Behaviour {
  /// Thousands of requests: every answer right, memory flat.
  @Suite struct EnduranceTests {
    static let definition = """
      backends:
        b1: { url: "${env.B1}" }
      routes:
        GET /page/:n:
          timeout: 30s
          calls:
            user: { request: "GET b1 /user/${path.n}", required: true }
            orders: { request: "GET b1 /orders/${path.n}", fallback: [] }
            extra: { request: "GET b1 /extra/${user.id}" }
          response:
            name: ${user.name}
            total: ${sum(orders[].total)}
            orders: ${orders}
            extra: ${extra}
          meta: { when: never }
      """
    /// What memory may grow by between the first 4,000 requests (or the first fifth) and the end, in bytes. It allows
    /// for the allocator's own ways; a leak of 1 KiB a request would show with 20,000 of them.
    static let allowedGrowth = 12 << 20
    static let clients = 32

    /// 20,000 requests, some fifteen seconds of a debug build; `WEFT_ENDURANCE_REQUESTS` sets another number.
    @Test func everyAnswerIsRightAndMemoryIsFlat() async throws {
      let total = ProcessInfo.processInfo.environment["WEFT_ENDURANCE_REQUESTS"].flatMap(Int.init) ?? 20_000
      let backend = try ScriptedBackend { Self.answer($0) }
      defer { backend.stop() }
      let gateway = try GatewayProcess(Self.definition, backends: [backend.url])
      let first = min(4_000, total / 5)
      var faults = await Self.run(0..<first, port: gateway.port)
      let before = try gateway.residentBytes()
      faults += await Self.run(first..<total, port: gateway.port)
      let growth = try gateway.residentBytes() - before
      #expect(faults.isEmpty, "\(faults.count) wrong answers, such as: \(faults.first ?? "")")
      #expect(growth < Self.allowedGrowth, "memory grew by \(growth >> 10) KiB over \(total - first) requests")
      #expect(backend.connectionCount < 32 * 3 + 32, "connections to the backend are used again")
      try gateway.stopInOrder()
    }

    /// glibc alone keeps what lies below something that is in use: here, below what every eighth client holds.
    @Test func memoryOfABurstGoesBack() throws {
      let size = 16 << 20
      let sent = Tally()
      let backend = try ScriptedBackend { _ in
        .custom { stream in
          try stream.write("HTTP/1.1 200 OK\r\nContent-Length: \(size)\r\n\r\n")
          try sent.fill(stream, upTo: 64 * size)
        }
      }
      defer { backend.stop() }
      let gateway = try GatewayProcess(StreamingTests.definition, backends: [backend.url])
      let before = try gateway.residentBytes()
      let clients = try (0..<64).map { _ in try RawClient(port: gateway.port, receiveBuffer: 64 * 1024) }
      for client in clients { try client.send("GET /proxy/x") }
      for client in clients { _ = try #require(try client.stream.readHead()) }
      _ = sent.waitUntilStill()
      let burst = try gateway.residentBytes()
      #expect(burst - before > Self.allowedGrowth, "no burst to speak of")
      for (index, client) in clients.enumerated() where index % 8 != 7 { client.stream.close() }
      let deadline = ContinuousClock.now + .seconds(120)
      while try gateway.residentBytes() - before > Self.allowedGrowth, ContinuousClock.now < deadline {
        Thread.sleep(forTimeInterval: 0.1)
      }
      #expect(try gateway.residentBytes() - before <= Self.allowedGrowth, "\(burst - before) bytes of it stay")
      for client in clients { client.stream.close() }
      try gateway.stopInOrder()
    }

    private static func answer(_ request: RecordedRequest) -> ScriptedAnswer {
      let parts = request.target.split(separator: "/")
      let number = Int(parts[1]) ?? 0
      switch parts[0] {
      case "user": return .json(#"{"id":\#(number),"name":"user \#(number)"}"#)
      case "orders" where number % 7 == 3: return .json("{}", status: 500)
      case "orders": return .json(#"[{"id":\#(number),"total":1.10},{"id":\#(number),"total": 2.\#(number % 10)5}]"#)
      default: return number % 5 == 2 ? .json("null") : .json(#"{ "of": \#(number) }"#)
      }
    }

    private static func expected(_ number: Int) -> String {
      let failed = number % 7 == 3
      let orders = failed ? "[]" : #"[{"id":\#(number),"total":1.10},{"id":\#(number),"total": 2.\#(number % 10)5}]"#
      let hundredths = 110 + 205 + 10 * (number % 10)
      let digits = "\(hundredths / 100).\(hundredths / 10 % 10)\(hundredths % 10)"
      let total = failed ? "0" : digits
      let extra = number % 5 == 2 ? "null" : #"{ "of": \#(number) }"#
      return #"{"name":"user \#(number)","total":\#(total),"orders":\#(orders),"extra":\#(extra)}"#
    }

    /// Answers that are not as expected. Each client has a connection of its own and asks for every 32nd number.
    private static func run(_ numbers: Range<Int>, port: UInt16) async -> [String] {
      await withTaskGroup(of: [String].self) { group in
        for client in 0..<clients {
          group.addTask {
            ask(stride(from: numbers.lowerBound + client, to: numbers.upperBound, by: clients), port: port)
          }
        }
        return await group.reduce(into: []) { $0 += $1 }
      }
    }

    private static func ask(_ numbers: StrideTo<Int>, port: UInt16) -> [String] {
      do {
        let client = try RawClient(port: port)
        return try numbers.compactMap { number in
          try client.send("GET /page/\(number)")
          guard let response = try client.receive() else { return "\(number): no answer" }
          let hasOutcome = response["Weft-Outcome"]?.contains("used=fallback") == true
          let isRight = response.status == 200 && response.text == expected(number) && hasOutcome == (number % 7 == 3)
          return isRight ? nil : "\(number): \(response)"
        }
      } catch {
        return ["\(error)"]
      }
    }
  }
}
