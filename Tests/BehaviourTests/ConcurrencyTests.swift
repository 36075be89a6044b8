import Foundation
import Testing

extension Behaviour {
  /// Many at once: proved by backends that answer nobody before all have arrived.
  @Suite struct ConcurrencyTests {
    static let definition = """
      backends:
        b1: { url: "${env.B1}" }
        b2: { url: "${env.B2}" }
        b3: { url: "${env.B3}" }
        b4: { url: "${env.B4}" }
        bounded: { url: "${env.B1}", maxConcurrent: 3 }
      routes:
        GET /four/:n:
          timeout: 30s
          calls: { a: "GET b1 /a/${path.n}", b: "GET b2 /b/${path.n}", c: "GET b3 /c/${path.n}", d: "GET b4 /d/${path.n}" }
        GET /one/:n: { timeout: 30s, calls: { v: "GET b1 /one/${path.n}" } }
        GET /proxy/:n: { proxy: "b1 /proxy/${path.n}" }
        GET /bounded/:n: { timeout: 30s, calls: { v: "GET bounded /bounded/${path.n}" } }
        GET /each:
          timeout: 30s
          calls: { v: { each: "${split(query.ids, ',')}", request: "GET b1 /item/${item}" } }
          response: ${v}
        GET /narrow:
          timeout: 30s
          calls: { v: { each: "${split(query.ids, ',')}", request: "GET b1 /item/${item}", concurrency: 3 } }
          response: ${v}
      """

    @Test func fourCallsOf256ClientsAreAllUnderWayAtOnce() throws {
      let barrier = Barrier(4 * 256)
      try withGateway({ .json("\"\($0.target)\"").waiting(at: barrier) }) { _, gateway in
        let responses = try gateway.exchangeAtOnce(256) { "GET /four/\($0)" }
        for (number, response) in responses.enumerated() {
          #expect(
            response.text == #"{"a":"/a/\#(number)","b":"/b/\#(number)","c":"/c/\#(number)","d":"/d/\#(number)"}"#)
        }
      }
    }

    @Test(arguments: ["one", "proxy"])
    func aThousandRequestsAreUnderWayAtOnce(_ route: String) throws {
      let barrier = Barrier(1000)
      try withGateway({ .json("\"\($0.target)\"").waiting(at: barrier) }) { _, gateway in
        let responses = try gateway.exchangeAtOnce(1000) { "GET /\(route)/\($0)" }
        expectAll(responses) { $0.text.contains("\"/\(route)/\($1)\"") }
      }
    }

    @Test func sixteenItemsOfAnEachAreUnderWayAtOnceAndNoMore() throws {
      let gauge = Gauge(meeting: 16)
      try withGateway({ gauge.answer($0) }) { backend, gateway in
        let ids = (1...64).map(String.init)
        let response = try gateway.exchange("GET /each?ids=\(ids.joined(separator: ","))")
        #expect(response.text == "[" + ids.map { "\"/item/\($0)\"" }.joined(separator: ",") + "]")
        #expect(gauge.most == 16)
        #expect(backend.requests.count == 64)
      }
    }

    @Test func concurrencyBoundsAnEach() throws {
      let gauge = Gauge(meeting: 3)
      try withGateway({ gauge.answer($0) }) { _, gateway in
        let response = try gateway.exchange("GET /narrow?ids=\((1...30).map(String.init).joined(separator: ","))")
        #expect(try response.json().elements.count == 30)
        #expect(gauge.most == 3)
      }
    }

    @Test func aHundredItemsAreTheDefaultMaximum() throws {
      try withGateway({ .json("\"\($0.target)\"") }) { backend, gateway in
        let ids = (1...101).map(String.init)
        let fits = try gateway.exchange("GET /each?ids=\(ids.dropLast().joined(separator: ","))")
        #expect(try fits.json().elements.count == 100)
        let tooMany = try gateway.exchange("GET /each?ids=\(ids.joined(separator: ","))")
        #expect(tooMany["Weft-Outcome"] == "v;outcome=invalid-request")
        #expect(backend.requests.count == 100)
      }
    }

    @Test func maxConcurrentBoundsABackend() throws {
      let gauge = Gauge(meeting: 3)
      try withGateway({ gauge.answer($0) }) { _, gateway in
        let responses = try gateway.exchangeAtOnce(30) { "GET /bounded/\($0)" }
        expectAll(responses) { $0.text == #"{"v":"/bounded/\#($1)"}"# }
        #expect(gauge.most == 3)
      }
    }

    /// One failure for all wrong answers, with the first of them.
    private func expectAll(
      _ responses: [RawResponse], sourceLocation: SourceLocation = #_sourceLocation,
      _ isRight: (RawResponse, Int) -> Bool
    ) {
      let wrong = responses.enumerated().filter { !isRight($1, $0) }
      #expect(
        wrong.isEmpty, "\(wrong.count) wrong answers, such as \(wrong.first.map { "\($0)" } ?? "")",
        sourceLocation: sourceLocation)
    }

    private func withGateway(
      _ script: @escaping ScriptedBackend.Script, _ body: (ScriptedBackend, GatewayProcess) throws -> Void
    ) throws {
      let backends = try (0..<4).map { _ in try ScriptedBackend(script) }
      defer { for backend in backends { backend.stop() } }
      let gateway = try GatewayProcess(Self.definition, backends: backends.map(\.url))
      try body(backends[0], gateway)
      try gateway.stopInOrder()
    }
  }
}
