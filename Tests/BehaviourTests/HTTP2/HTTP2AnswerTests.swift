import Foundation
import TestSockets
import Testing

extension Behaviour {
  /// What HTTP/1.1 has, over HTTP/2: early answers, bodies both ways, ends of all kinds, bounds.
  @Suite struct HTTP2AnswerTests {
    func withGateway(
      settings: String = "threads: 1\n", streamsBodies: Bool = false, _ script: @escaping ScriptedBackend.Script,
      _ body: (GatewayProcess, ScriptedBackend) throws -> Void
    ) throws {
      let backend = try ScriptedBackend(streamsBodies: streamsBodies, script)
      defer { backend.stop() }
      let gateway = try HTTP2Gateway.start(backend, settings)
      try body(gateway, backend)
      #expect(gateway.isQuiet())
      try gateway.stopInOrder()
    }

    private static func raw(_ text: String) -> ScriptedAnswer {
      var answer = ScriptedAnswer()
      answer.raw = Array(text.utf8)
      return answer
    }

    // MARK: Early answers

    @Test func aBodyThatIsTooLargeIsA413AndTheConnectionGoesOn() throws {
      try withGateway({ _ in .json("1") }) { gateway, _ in
        let client = try HTTP2Client(port: gateway.port)
        try client.request(1, "POST", "/body", [("content-length", "2000000")], ends: false)
        #expect(try client.wait { client.answers[1]?.end == .whole })
        #expect(client.answers[1]?.status == 413)
        // It is told that the rest is not wanted.
        #expect(try client.wait { client.answers[1]?.end == .reset(.noError) })
        try client.request(3)
        #expect(try client.answer(to: 3).status == 200)
        try client.request(5, "POST", "/body", ends: false)
        for _ in 0..<80 where client.answers[5] == nil {
          try client.data(5, [UInt8](repeating: 0x20, count: 1 << 14))
          _ = try client.settle()
        }
        #expect(try client.wait { client.answers[5]?.status == 413 })
      }
    }

    @Test func aBodyThatIsTooSlowIsA408() throws {
      try withGateway(settings: "threads: 1\ntimeouts: { body: 300ms }\n", { _ in .json("1") }) { gateway, _ in
        let client = try HTTP2Client(port: gateway.port)
        try client.request(1, "POST", "/body", ends: false)
        try client.data(1, [0x20])
        #expect(try client.wait { client.answers[1]?.end == .whole })
        #expect(client.answers[1]?.status == 408)
        try client.request(3)
        #expect(try client.answer(to: 3).status == 200)
      }
    }

    @Test func aBackendMayAnswerBeforeTheBodyIsThere() throws {
      try withGateway(streamsBodies: true) { _ in
        .custom { stream in
          try stream.write("HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno")
          while try !stream.read().isEmpty {}
        }
      } _: { gateway, _ in
        let client = try HTTP2Client(port: gateway.port)
        try client.request(1, "POST", "/p/x", ends: false)
        try client.data(1, Array("some".utf8))
        #expect(try client.wait { client.answers[1]?.end == .whole })
        #expect(client.answers[1]?.status == 403 && client.answers[1]?.text == "no")
        try client.data(1, Array("more".utf8), ends: true)
        try client.request(3)
        #expect(try client.answer(to: 3).status == 200)
      }
    }

    /// Its bytes are there at once; its end is that of the request's body.
    @Test func anEarlyAnswerWithoutALength() throws {
      try withGateway(streamsBodies: true) { _ in
        .custom { stream in
          try stream.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nearly\r\n0\r\n\r\n")
          while try !stream.read().isEmpty {}
        }
      } _: { gateway, _ in
        let client = try HTTP2Client(port: gateway.port)
        try client.request(1, "POST", "/p/x", ends: false)
        try client.data(1, Array("some".utf8))
        #expect(try client.wait { client.answers[1]?.text == "early" })
        try client.data(1, Array("more".utf8), ends: true)
        #expect(try client.answer(to: 1).end == .whole)
        #expect(client.answers[1]?.text == "early")
        try client.request(3)
        #expect(try client.answer(to: 3).status == 200)
      }
    }

    @Test func aClientMayWaitFor100() throws {
      try withGateway({ _ in .json("1") }) { gateway, _ in
        let client = try HTTP2Client(port: gateway.port)
        try client.request(1, "POST", "/body", [("expect", "100-continue")], ends: false)
        #expect(try client.wait { client.answers[1]?.informational == [100] })
        try client.data(1, Array("[1]".utf8), ends: true)
        #expect(try client.answer(to: 1).text == #"{"got":[1]}"#)
      }
    }

    // MARK: Answers without a body, with trailers, and broken off

    @Test func answersWithoutABody() throws {
      try withGateway({ request in
        switch request.target {
        case "/204": Self.raw("HTTP/1.1 204 No Content\r\nX-A: 1\r\n\r\n")
        case "/304": Self.raw("HTTP/1.1 304 Not Modified\r\nETag: \"x\"\r\nContent-Length: 7\r\n\r\n")
        case "/empty": Self.raw("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        default: .json("1234567")
        }
      }) { gateway, _ in
        let client = try HTTP2Client(port: gateway.port)
        for (id, method, path, status, length): (UInt32, String, String, Int, String?) in [
          (1, "HEAD", "/p/x", 200, "7"), (3, "GET", "/p/204", 204, nil), (5, "GET", "/p/304", 304, "7"),
          (7, "GET", "/p/empty", 200, "0"), (9, "HEAD", "/call", 200, "13"), (11, "HEAD", "/nowhere", 404, nil),
          (13, "OPTIONS", "/static", 204, nil),
        ] {
          try client.request(id, method, path)
          let answer = try client.answer(to: id)
          #expect(answer.status == status && answer.end == .whole && answer.body.isEmpty, "\(path): \(answer)")
          if let length { #expect(answer.fields.first(name: "content-length") == length, "\(method) \(path)") }
        }
      }
    }

    @Test func trailersOfAnAnswer() throws {
      try withGateway({ _ in
        Self.raw(
          "HTTP/1.1 200 OK\r\nTrailer: X-Sum\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nX-Sum: 7\r\n\r\n")
      }) { gateway, _ in
        let client = try HTTP2Client(port: gateway.port)
        try client.request(1, "GET", "/p/x")
        let answer = try client.answer(to: 1)
        #expect(answer.text == "ok" && answer.trailers?.first(name: "x-sum") == "7" && answer.end == .whole)
        try client.request(3, "HEAD", "/p/x")
        #expect(try client.answer(to: 3).end == .whole)
      }
    }

    /// Fields that are of a connection, or no fields, do not keep an answer from its client.
    @Test func oddFieldsOfABackend() throws {
      let fields =
        "Connection: X-Hop\r\nX-Hop: 1\r\nKeep-Alive: 1\r\nUpgrade: h2c\r\nProxy-Connection: x\r\nTE: gzip\r\n"
        + "X-Kept: \u{E9}\r\nX-Latin: "
      let head = Array("HTTP/1.1 200 OK\r\n\(fields)".utf8) + [0xE9] + Array("\r\nContent-Length: 2\r\n\r\nok".utf8)
      try withGateway({ _ in
        var answer = ScriptedAnswer()
        answer.raw = head
        return answer
      }) { gateway, _ in
        let client = try HTTP2Client(port: gateway.port)
        try client.request(1, "GET", "/p/x")
        let answer = try client.answer(to: 1)
        #expect(answer.text == "ok" && answer.end == .whole && answer.fields.first(name: "x-kept") == "\u{E9}")
        for name in ["connection", "x-hop", "keep-alive", "upgrade", "proxy-connection"] {
          #expect(answer.fields.first(name: name) == nil, "\(name)")
        }
      }
    }

    @Test(arguments: ["Content-Length: 100\r\n\r\nhalf", "Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n"])
    func aBrokenOffBackendBreaksTheStreamOff(_ rest: String) throws {
      try withGateway({ $0.target == "/x" ? Self.raw("HTTP/1.1 200 OK\r\n\(rest)") : .json("1") }) { gateway, _ in
        let client = try HTTP2Client(port: gateway.port)
        try client.request(1, "GET", "/p/x")
        let answer = try client.answer(to: 1)
        #expect(answer.end == .reset(.internalError) || answer.status == 502, "\(answer)")
        try client.request(3, "GET", "/p/y")
        #expect(try client.answer(to: 3).text == "1")
      }
    }

    // MARK: Ends

    @Test(arguments: ["/p/hang", "/call"])
    func aResetCancelsTheBackendsWork(_ path: String) throws {
      try withGateway({ _ in .fault(.hang) }) { gateway, backend in
        let client = try HTTP2Client(port: gateway.port)
        try client.request(1, "GET", path)
        backend.waitForRequests(1)
        try client.reset(1)
        #expect(backend.waitForAbandonments(1))
        try client.request(3)
        #expect(try client.answer(to: 3).status == 200)
        #expect(client.answers[1] == nil)
      }
    }

    @Test func goAwayOfAClientLetsItsRequestsEnd() throws {
      let free = Barrier(2)
      try withGateway({ _ in .json("1").waiting(at: free) }) { gateway, backend in
        let client = try HTTP2Client(port: gateway.port)
        try client.request(1, "GET", "/p/x")
        backend.waitForRequests(1)
        try client.send(.goAway, on: 0, HTTP2Client.bytes(0) + HTTP2Client.bytes(0))
        #expect(try client.settle())
        #expect(free.arrive())
        #expect(try client.answer(to: 1).text == "1")
      }
    }

    @Test func aDrainSaysGoAwayAndLetsRequestsEnd() throws {
      let free = Barrier(2)
      let backend = try ScriptedBackend { _ in .json("1").waiting(at: free) }
      defer { backend.stop() }
      let gateway = try HTTP2Gateway.start(backend)
      let idle = try HTTP2Client(port: gateway.port)
      #expect(try idle.settle())
      let busy = try HTTP2Client(port: gateway.port)
      try busy.request(1, "GET", "/p/x")
      backend.waitForRequests(1)
      gateway.child.terminate()
      #expect(try idle.end() == .noError && idle.answers.isEmpty)
      #expect(try busy.wait { busy.goAway != nil })
      #expect(busy.goAway?.code == .noError && !gateway.child.hasEnded)
      // What was on its way is answered, too.
      try busy.request(3)
      #expect(try busy.answer(to: 3).status == 200)
      #expect(free.arrive())
      #expect(try busy.answer(to: 1).text == "1")
      #expect(try busy.end() == .noError)
      #expect(busy.goAway?.last == 3)
      #expect(gateway.child.waitForExit() == 0, "\(gateway.child.errors.text)")
    }

    @Test func aReloadLeavesARunningStreamAlone() throws {
      let free = Barrier(2)
      try withGateway({ $0.target == "/x" ? .json("1").waiting(at: free) : .json("2") }) { gateway, backend in
        let client = try HTTP2Client(port: gateway.port)
        try client.request(1, "GET", "/p/x")
        backend.waitForRequests(1)
        try gateway.write(HTTP2Gateway.definition + "\n  GET /new: { response: new }\n")
        #expect(try gateway.reload().status == 200)
        try client.request(3, "GET", "/new")
        #expect(try client.answer(to: 3).text == #""new""#)
        #expect(free.arrive())
        #expect(try client.answer(to: 1).text == "1")
      }
    }
  }
}
