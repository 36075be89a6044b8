import TestSockets
import Testing

extension Behaviour.AccessTokenTests {
  // MARK: Backends that refuse it

  @Test(arguments: ["GET /call", "POST /write", "GET /proxy", "POST /proxy"])
  func aRefusedOneIsFetchedAnewAndTheRequestMadeAgain(_ line: String) throws {
    let id = try Self.tokens()
    let api = try ScriptedBackend(Self.taking("t1"))
    try Self.withGateway(id, api) { gateway in
      #expect(try gateway.exchange("GET /call").status == 200)
      api.restart(Self.taking("t2"))
      let body = line == "POST /proxy" ? "a body" : nil
      let clients = try (0..<20).map { _ in try RawClient(port: gateway.port) }
      for client in clients { try client.send(line, body: body.map { Array($0.utf8) }) }
      for client in clients { #expect(try client.receive()?.status == 200) }
      #expect(id.requests.count == 2)
      let taken = api.requests.filter { $0["authorization"] == "Bearer t2" }
      #expect(taken.count == 20)
      if let body { #expect(taken.allSatisfy { $0.text == body }) }
    }
  }

  @Test func whatUndoesAWriteHasOneToo() throws {
    let id = try Self.tokens()
    let api = try ScriptedBackend { request in
      switch request.line {
      case "POST /second": .json("{}", status: 409)
      case "DELETE /first" where request["authorization"] != "Bearer t2": .json("{}", status: 401)
      default: .json("{}")
      }
    }
    let log = try Self.withGateway(id, api) { gateway in
      let answer = try gateway.exchange("POST /undone")
      #expect(answer.status == 409)
      #expect(api.lines == ["PUT /first", "POST /second", "DELETE /first", "DELETE /first"])
      #expect(api.requests.last?["authorization"] == "Bearer t2")
    }
    #expect(!log.contains("compensation failed"))
  }

  /// A client has shown none, so that it hears nothing of it either.
  @Test func a401ThatStaysIsNoneForTheClient() throws {
    let id = try Self.tokens()
    let api = try ScriptedBackend { _ in
      var answer = ScriptedAnswer.json("{}", status: 401)
      answer.headers = ["WWW-Authenticate: Bearer"]
      return answer
    }
    let log = try Self.withGateway(id, api) { gateway in
      for line in ["GET /call", "GET /proxy", "POST /write", "POST /proxy"] {
        let answer = try gateway.exchange(line)
        #expect(answer.status == 502 && answer["www-authenticate"] == nil, "\(line): \(answer)")
      }
      // Not for each of them.
      #expect(id.requests.count == 2 && api.requests.count == 5)
    }
    #expect(log.contains("the backend refuses the token of `oauth2`"))
  }

  /// More went out of a body than is kept of it.
  @Test func aLongBodyIsNotSentTwice() throws {
    let id = try Self.tokens()
    let api = try ScriptedBackend(Self.taking("t2"))
    try Self.withGateway(id, api) { gateway in
      let body = String(repeating: "x", count: 70_000)
      let long = try gateway.exchange("POST /proxy", body: body)
      #expect(long.status == 502)
      #expect(id.requests.count == 1 && api.requests.count == 1)
      // Shorter ones are.
      #expect(try gateway.exchange("POST /proxy", body: String(body.prefix(60_000))).status == 200)
    }
  }
}
