import Foundation
import Testing

extension Behaviour {
  /// Thousands of clients of which most leave at moments of their own. Who stays gets the whole right answer, and of
  /// the others nothing is left: no connection, no place at a backend, no memory.
  @Suite struct CancellationStormTests {
    static let clients = 32
    static let rounds = Sanitizer.share(of: 120)
    /// More or fewer connections to the backend may be kept than before.
    static let allowedDescriptors = 2 * StormRequest.permits * StormRequest.backends.count
    /// In bytes. A leak of 8 KiB for each who left would show.
    static let allowedGrowth = 24 << 20

    @Test func whoLeavesTakesNothingAlong() async throws {
      let backend = try ScriptedBackend { StormRequest.answer($0) }
      defer { backend.stop() }
      let gateway = try GatewayProcess(
        StormRequest.definition, backends: [backend.url], gateway: "threads: 2\ncache: { memory: 1MiB }\n")
      try await Self.storm(gateway, rounds: 0..<10, leaving: (0, 1))
      let before = try (gateway.descriptorsWithoutClients(), gateway.residentBytes())
      try await Self.storm(gateway, rounds: 10..<(10 + Self.rounds), leaving: (3, 4))
      let after = try (gateway.descriptorsWithoutClients(), gateway.residentBytes())

      #expect(after.0 <= before.0 + Self.allowedDescriptors, "\(before.0) descriptors became \(after.0)")
      #expect(backend.openConnectionCount <= Self.allowedDescriptors)
      if !Sanitizer.isOn {
        #expect(after.1 - before.1 < Self.allowedGrowth, "memory grew by \((after.1 - before.1) >> 10) KiB")
      }
      try Self.everyPlaceIsFree(gateway, backend)
      try Self.everyRouteAnswers(gateway, backend)
      try gateway.stopInOrder()
    }

    private static func storm(
      _ gateway: GatewayProcess, rounds: Range<Int>, leaving share: (leave: Int, of: Int)
    ) async throws {
      let done = await withTaskGroup(of: StormClient.self) { group in
        for number in 0..<clients {
          group.addTask {
            var client = StormClient(number: number, port: gateway.port)
            client.run(rounds: rounds, leaving: share)
            return client
          }
        }
        return await group.reduce(into: []) { $0.append($1) }
      }
      let faults = done.flatMap(\.faults)
      #expect(faults.isEmpty, "\(faults.count) wrong answers, such as \(faults.first ?? "")")
      #expect(done.contains { $0.answers > 0 })
      #expect(gateway.waitForHealth { $0["requestsInFlight"]?.number == 0 })
    }

    /// As many requests as a backend may be sent at once get there, for it answers none before all are.
    private static func everyPlaceIsFree(_ gateway: GatewayProcess, _ backend: ScriptedBackend) throws {
      backend.restart { _ in .json("1") }
      // Its breaker may be open for a moment.
      #expect(eventually { (try? gateway.exchange("GET /meet/fragile").text) == #"{"v":1}"# })
      for name in StormRequest.backends {
        let barrier = Barrier(StormRequest.permits)
        backend.restart { _ in .json("1").waiting(at: barrier) }
        // Where a place is lost, nobody has an answer before patience is out.
        let answers = try? gateway.exchangeAtOnce(StormRequest.permits) { _ in "GET /meet/\(name)" }
        let texts = answers?.map(\.text) ?? ["none"]
        #expect(texts.allSatisfy { ["1", #"{"v":1}"#].contains($0) }, "\(name): \(backend.requests.count) arrived")
      }
    }

    private static func everyRouteAnswers(_ gateway: GatewayProcess, _ backend: ScriptedBackend) throws {
      backend.restart { StormRequest.answer($0) }
      for request in StormRequest.allCases where request != .hanging {
        // The last that the storm asked for, and one that nobody has.
        for number in [(9 + rounds) / 4, 100_000] {
          let client = try RawClient(port: gateway.port)
          try client.sendRaw(request.bytes(number))
          let fault = try request.fault(number, client)
          #expect(fault == nil)
        }
      }
    }
  }
}
