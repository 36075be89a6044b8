import TestSockets
import Testing

extension Behaviour.ExternalTests {
  // MARK: What is kept of its answers

  @Test func anAnswerIsKeptByAllThatIsAsked() throws {
    let backend = try ScriptedBackend { _ in .json("{}") }
    defer { backend.stop() }
    let gateway = try Self.start(backend)
    func ask(_ line: String, _ headers: [String] = []) throws {
      #expect(try gateway.exchange(line, headers: headers).status == 200)
    }
    for _ in 0..<3 {
      try ask("GET /who?x=1")
      try ask("GET /who?x=2", ["X-Other: 1"])
      try ask("POST /who")
      try ask("GET /files/a%2Fb")
      try ask("GET /files/c")
      try ask("GET /files/c", ["Authorization: a"])
      try ask("GET /files/c", ["Authorization: b"])
      try ask("GET /files/c", ["Accept-Language: de"])
    }
    #expect(
      backend.lines == [
        "GET /check?method=GET&path=%2Fwho", "GET /check?method=POST&path=%2Fwho",
        "GET /check?method=GET&path=%2Ffiles%2Fa%252Fb",
      ] + Array(repeating: "GET /check?method=GET&path=%2Ffiles%2Fc", count: 4))
    backend.restart { _ in .json("{}") }
    // Two clients are two, where their credentials are forwarded.
    for token in ["a", "b", "a"] { try ask("GET /forwarded", ["Authorization: \(token)"]) }
    #expect(backend.requests.map { $0["Authorization"] } == ["a", "b"])
    try gateway.stopInOrder()
  }

  @Test func manyAtOnceAreOneQuestion() throws {
    let free = Barrier(2)
    let backend = try ScriptedBackend {
      .json($0.target == "/v" ? "7" : #"{"principalId":"anna","policyDocument":{"Statement":[{"Effect":"Allow"}]}}"#)
        .waiting(at: free)
    }
    defer { backend.stop() }
    let gateway = try Self.start(backend)
    let clients = try (0..<64).map { _ in try RawClient(port: gateway.port) }
    for client in clients { try client.send("GET /policy", headers: ["Authorization: Bearer good"]) }
    #expect(gateway.waitForHealth { $0["requestsInFlight"]?.number == 64 })
    for client in clients.prefix(32) { client.stream.close() }
    #expect(gateway.waitForHealth { $0["requestsInFlight"]?.number == 32 })
    #expect(free.arrive())
    for client in clients.dropFirst(32) { #expect(try client.receive()?.text == #""anna""#) }
    #expect(backend.requests.count == 1)
    try gateway.stopInOrder()
  }

  @Test func whatIsKeptOfAnswersIsForThoseWhoMaySeeIt() throws {
    let backend = try ScriptedBackend { request in
      request.target == "/v" ? .json("7") : .json("{}", status: request["X-Token"] == "eve" ? 403 : 200)
    }
    defer { backend.stop() }
    let gateway = try Self.start(backend)
    for token in ["anna", "otto"] {
      let answer = try gateway.exchange("GET /cached", headers: ["Authorization: \(token)"])
      #expect(answer.text == #"{"v":7}"# && answer["Cache-Control"]?.hasPrefix("private") == true)
      #expect(answer["Vary"]?.contains("authorization") == true)
    }
    #expect(try gateway.exchange("GET /cached", headers: ["Authorization: eve"]).status == 403)
    #expect(backend.lines.filter { $0 == "GET /v" }.count == 1)
    try gateway.stopInOrder()
  }

  @Test func aReloadForgetsWhatWasSaid() throws {
    let backend = try ScriptedBackend { _ in .json("{}", status: 403) }
    defer { backend.stop() }
    let gateway = try Self.start(backend)
    #expect(try gateway.exchange("GET /who").status == 403)
    try gateway.write(Self.settings.replacing("path=${client.path}", with: "route=who"), to: "gateway.yaml")
    #expect(try gateway.reload().text.contains("~ provider decide: external"))
    backend.restart { _ in .json("{}") }
    #expect(try gateway.exchange("GET /who").status == 200)
    #expect(backend.lines == ["GET /check?method=GET&route=who"])
    try gateway.stopInOrder()
  }
}
