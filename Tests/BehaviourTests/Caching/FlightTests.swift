import Foundation
import Testing

extension Behaviour {
  /// One fetch for many, its clients coming and going.
  @Suite struct CacheFlightTests {
    static let definition = """
      backends: { b1: { url: "${env.B1}" } }
      routes:
        GET /page: { timeout: 60s, cache: 1h, calls: { v: GET b1 /page } }
        GET /stale: { timeout: 60s, cache: { ttl: 1ms, staleWhileRevalidate: 1h }, calls: { v: GET b1 /stale } }
        GET /call: { timeout: 60s, calls: { v: { request: GET b1 /call, cache: 1h } } }
        GET /call-stale: { timeout: 60s, calls: { v: { request: GET b1 /stale, cache: { ttl: 1ms, staleWhileRevalidate: 1h } } } }
      """

    @Test(arguments: ["page", "call"])
    func aHundredClientsMakeOneFetch(_ route: String) throws {
      let barrier = Barrier(2)
      try withGateway({ _ in .json("1").waiting(at: barrier) }) { backend, gateway in
        let clients = try (0..<100).map { _ in try RawClient(port: gateway.port) }
        for client in clients { try client.send("GET /\(route)") }
        #expect(gateway.waitForHealth { $0["cache"]?["collapsed"]?.number == 99 })
        #expect(barrier.arrive())
        let answers = try clients.map { try $0.receive() }
        #expect(answers.allSatisfy { $0?.text == #"{"v":1}"# })
        #expect(backend.requests.count == 1)
        if route == "page" {
          #expect(answers.filter { $0?["Cache-Status"] == "weft; fwd=miss; stored" }.count == 1)
          #expect(answers.filter { $0?["Cache-Status"] == "weft; fwd=miss; collapsed" }.count == 0)
          #expect(answers.filter { $0?["Cache-Status"] == "weft; fwd=miss; stored; collapsed" }.count == 99)
        }
      }
    }

    @Test(arguments: ["page", "call"])
    func othersGetTheAnswerThoughTheFirstClientLeaves(_ route: String) throws {
      let barrier = Barrier(2)
      try withGateway({ _ in .json("1").waiting(at: barrier) }) { backend, gateway in
        let first = try RawClient(port: gateway.port)
        try first.send("GET /\(route)")
        backend.waitForRequests(1)
        let second = try RawClient(port: gateway.port)
        try second.send("GET /\(route)")
        #expect(gateway.waitForHealth { $0["cache"]?["collapsed"]?.number == 1 })
        first.stream.reset()
        #expect(gateway.waitForHealth { $0["requestsInFlight"]?.number == 1 })
        #expect(barrier.arrive())
        #expect(try second.receive()?.text == #"{"v":1}"#)
        #expect(backend.requests.count == 1)
      }
    }

    @Test(arguments: ["page", "call"])
    func aFetchThatNobodyWaitsForIsGivenUp(_ route: String) throws {
      let barrier = Barrier(2)
      try withGateway({ request in
        request.connection == 0 ? ScriptedAnswer.fault(.hang) : .json("2").waiting(at: barrier)
      }) {
        backend, gateway in
        let first = try RawClient(port: gateway.port)
        try first.send("GET /\(route)")
        backend.waitForRequests(1)
        first.stream.reset()
        #expect(backend.waitForAbandonments(1))
        let second = try RawClient(port: gateway.port)
        try second.send("GET /\(route)")
        backend.waitForRequests(2)
        #expect(barrier.arrive())
        #expect(try second.receive()?.text == #"{"v":2}"#)
      }
    }

    @Test(arguments: ["stale", "call-stale"])
    func aStaleAnswerIsFetchedAnewThoughItsClientLeaves(_ route: String) throws {
      let barrier = Barrier(2)
      let asked = Tally()
      try withGateway({ _ in
        asked.add(1)
        return asked.count == 1 ? .json("1") : .json("2").waiting(at: barrier)
      }) { backend, gateway in
        #expect(try gateway.exchange("GET /\(route)").text == #"{"v":1}"#)
        var stale: RawResponse?
        // It is fresh for a millisecond.
        while backend.requests.count < 2 {
          let client = try RawClient(port: gateway.port)
          try client.send("GET /\(route)")
          stale = try client.receive()
          #expect(stale?.text == #"{"v":1}"#)
          client.stream.reset()
        }
        if route == "stale" { #expect(stale?["Cache-Status"]?.hasSuffix("; detail=swr") == true, "\(stale as Any)") }
        #expect(barrier.arrive())
        #expect(eventually { (try? gateway.exchange("GET /\(route)").text) == #"{"v":2}"# })
      }
    }

    /// Nobody waits for a refresh: the end of the process does not, either.
    @Test(arguments: ["stale", "call-stale"])
    func aRefreshUnderWayDoesNotHoldUpTheEnd(_ route: String) throws {
      let asked = Tally()
      let backend = try ScriptedBackend { _ in
        asked.add(1)
        return asked.count == 1 ? .json("1") : .fault(.hang)
      }
      defer { backend.stop() }
      let gateway = try GatewayProcess(Self.definition, backends: [backend.url])
      while backend.requests.count < 2 { #expect(try gateway.exchange("GET /\(route)").text == #"{"v":1}"#) }
      try gateway.stopInOrder()
      #expect(backend.waitForAbandonments(1))
      #expect(!gateway.child.errors.text.contains("call failed"), "what is cut off has not failed")
    }

    private func withGateway(
      _ script: @escaping ScriptedBackend.Script, _ body: (ScriptedBackend, GatewayProcess) throws -> Void
    ) throws {
      let backend = try ScriptedBackend(script)
      defer { backend.stop() }
      let gateway = try GatewayProcess(Self.definition, backends: [backend.url])
      try body(backend, gateway)
      try gateway.stopInOrder()
    }
  }
}
