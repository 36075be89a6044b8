import TestSockets
import Testing

extension Behaviour.AccessTokenTests {
  // MARK: Servers that give none

  @Test func anOutageAtTheStartAndItsEnd() throws {
    let id = try ScriptedBackend { _ in .fault(.close) }
    let api = try ScriptedBackend(Self.taking("t1"))
    try Self.withGateway(id, api) { gateway in
      let answer = try gateway.exchange("GET /call")
      #expect(answer.status == 502 && answer["weft-outcome"]?.contains("a;outcome=connect") == true, "\(answer)")
      #expect(try gateway.exchange("GET /proxy").status == 502)
      #expect(api.requests.isEmpty)
      #expect(gateway.logs(#/a token can't be fetched.* from="?http:\/\/127.0.0.1:\d+\/token/#))
      id.restart { _ in Self.token("t1") }
      #expect(try gateway.exchange("GET /call", past: 502).status == 200)
      #expect(id.requests.count == 1)
      // What there is serves on while the server is away.
      id.restart { _ in .fault(.close) }
      #expect(try gateway.exchange("GET /proxy").status == 200)
    }
  }

  /// A request waits no longer than it would for its answer.
  @Test func whoWaitsHasADeadline() throws {
    let id = try ScriptedBackend { _ in .fault(.hang) }
    let api = try ScriptedBackend(Self.taking("t1"))
    let definition = Self.definition() + "\n  GET /short: { timeout: 50ms, calls: { a: GET api /x } }\n"
    try Self.withGateway(id, api, definition) { gateway in
      id.waitForRequests(1)
      #expect(try gateway.exchange("GET /short")["weft-outcome"]?.contains("a;outcome=timeout") == true)
      #expect(api.requests.isEmpty)
      let client = try RawClient(port: gateway.port)
      try client.send("GET /call")
      #expect(gateway.waitForHealth { $0["requestsInFlight"]?.number == 1 })
      client.stream.close()
      #expect(gateway.waitForHealth { $0["requestsInFlight"]?.number == 0 })
    }
  }

  @Test(arguments: [
    (#"{"error":"invalid_client","error_description":"s3cret+of-weft"}"#, 401, "status 401: invalid_client"),
    (#"{"error":"s3cret of weft"}"#, 400, #"status 400"?$"#),
    ("<html>", 200, "the answer is no JSON object"),
    (#"{"access_token":"t1","token_type":"mac"}"#, 200, "the token is none of type Bearer"),
    (#"{"access_token":"t1\r\nX: y","token_type":"Bearer"}"#, 200, "no access_token that can be sent"),
    (#"{"access_token":"t1","token_type":"Bearer"}"#, 302, "status 302"),
  ])
  func whatIsNoTokenIsNotUsed(_ text: String, _ status: Int, _ why: String) throws {
    let id = try ScriptedBackend { _ in
      var answer = ScriptedAnswer.json(text, status: status)
      if status == 302 { answer.headers = ["Location: /other"] }
      return answer
    }
    let api = try ScriptedBackend(Self.taking("t1"))
    try Self.withGateway(id, api) { gateway in
      let line = try Regex("a token can't be fetched.*\(why)").anchorsMatchLineEndings()
      #expect(gateway.logs(line))
      #expect(try gateway.exchange("GET /call").status == 502)
      #expect(api.requests.isEmpty && id.lines.allSatisfy { $0 == "POST /token" })
    }
  }
}
