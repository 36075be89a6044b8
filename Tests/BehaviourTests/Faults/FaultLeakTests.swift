import Foundation
import Testing

extension Behaviour {
  /// Ten thousand faults through one process: descriptors and memory are where they were.
  @Suite struct FaultLeakTests {
    /// Raw answers of the backend by the last word of the path; `""` is a connection that is closed.
    static let answers: [(name: String, bytes: String)] = [
      ("closed", ""), ("garbage", "nonsense\r\n\r\n"), ("head", "HTTP/1.1 200 OK\r\nConten"),
      ("truncated", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n[1"),
      ("chunks", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n17\r\nxyz"),
      ("lengths", "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n17"),
      ("gzip", "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\n\u{1F}!"),
      ("large", "HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n" + String(repeating: " ", count: 5000)),
      ("json", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{["),
      ("status", "HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n"),
    ]
    /// Faults of one round: every answer, a refusal and a hang, by a call and by a proxy each.
    static let faultsPerRound = 2 * (answers.count + 2)
    static let clients = 8
    /// What memory may grow by from the first fifth of the rounds to the end, in bytes. It allows for the allocator's
    /// own ways; a leak of 2 KiB a fault would show.
    static let allowedGrowth = 16 << 20
    /// Of kept connections, which come and go with the order of events.
    static let allowedDescriptors = 2 * clients

    @Test func tenThousandFaultsLeaveNothingBehind() async throws {
      let backend = try ScriptedBackend { Self.answer($0) }
      defer { backend.stop() }
      let dead = try DeadEnd(.refusing)
      let gateway = try GatewayProcess(Self.definition, backends: [backend.url, dead.url])
      let rounds = (10_000 + Self.faultsPerRound - 1) / Self.faultsPerRound
      try await Self.run(rounds / 5, gateway)
      let before = try (gateway.descriptorsWithoutClients(), gateway.residentBytes())
      try await Self.run(rounds, gateway)
      let after = try (gateway.descriptorsWithoutClients(), gateway.residentBytes())
      #expect(after.0 <= before.0 + Self.allowedDescriptors, "\(before.0) descriptors became \(after.0)")
      #expect(after.1 - before.1 < Self.allowedGrowth, "memory grew by \((after.1 - before.1) >> 10) KiB")
      try gateway.stopInOrder()
    }

    private static var definition: String {
      let calls =
        answers.map { "      \($0.name): GET b1 /\($0.name)" } + [
          "      refused: GET dead /x", "      hang: { request: GET b1 /hang, timeout: 20ms }",
        ]
      return """
        backends:
          b1: { url: "${env.B1}", maxResponse: 1KiB }
          dead: { url: "${env.B2}" }
        routes:
          GET /calls:
            timeout: 60s
            calls:
        \(calls.joined(separator: "\n"))
          GET /proxy/refused: { proxy: dead /x }
          GET /proxy/hang: { proxy: b1 /hang, timeout: 20ms }
          GET /proxy/:name: { proxy: "b1 /${path.name}" }
        """
    }

    private static func answer(_ request: RecordedRequest) -> ScriptedAnswer {
      guard let found = answers.first(where: { "/" + $0.name == request.target }) else { return .fault(.hang) }
      if found.bytes.isEmpty { return .fault(.close) }
      var answer = ScriptedAnswer()
      answer.raw = Array(found.bytes.utf8)
      return answer
    }

    /// `rounds` in all, by all clients.
    private static func run(_ rounds: Int, _ gateway: GatewayProcess) async throws {
      try await withThrowingTaskGroup(of: Void.self) { group in
        for client in 0..<clients {
          group.addTask {
            for _ in stride(from: client, to: rounds, by: clients) { try fail(gateway) }
          }
        }
        try await group.waitForAll()
      }
    }

    private static func fail(_ gateway: GatewayProcess) throws {
      let response = try gateway.exchange("GET /calls")
      let failures = try response.json()["_meta"]?["failures"]?.names ?? []
      #expect(failures.count == answers.count + 2, "\(response)")
      for name in answers.map(\.name) + ["refused", "hang"] {
        let client = try RawClient(port: gateway.port)
        try client.send("GET /proxy/\(name)")
        _ = try client.receive()
      }
    }
  }
}
