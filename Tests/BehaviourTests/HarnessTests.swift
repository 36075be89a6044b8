import Testing

extension Behaviour {
  /// The harness itself, so that a failure elsewhere is the gateway's.
  @Suite struct HarnessTests {
    @Test func testsHaveThreadsOfTheirOwn() async {
      let barrier = Barrier(16)
      let met = await withTaskGroup(of: Bool.self) { group in
        for _ in 0..<16 { group.addTask { meet(barrier) } }
        return await group.allSatisfy { $0 }
      }
      #expect(met)
    }

    @Test func backendRecordsAndAnswers() throws {
      let backend = try ScriptedBackend { .json(#"{"line":"\#($0.line)"}"#, status: 201) }
      defer { backend.stop() }
      let client = try RawClient(port: backend.port)
      try client.send("POST /a?b=1", headers: ["X-One: 1", "x-one:  2 "], body: Array("body".utf8))
      try client.send("GET /second")
      let first = try #require(try client.receive())
      let second = try #require(try client.receive())
      #expect(first.status == 201)
      #expect(first.text == #"{"line":"POST /a?b=1"}"#)
      #expect(second.text == #"{"line":"GET /second"}"#)
      #expect(backend.lines == ["POST /a?b=1", "GET /second"])
      #expect(backend.requests[0].text == "body")
      #expect(backend.requests[0]["X-ONE"] == "1, 2")
      #expect(backend.connectionCount == 1)
    }

    @Test func chunksAreJoinedAndBrokenOnesNoticed() throws {
      let backend = try ScriptedBackend { request in
        var answer = ScriptedAnswer.json("ab")
        answer.pieces = [[97], [98, 99]]
        answer.framing = .chunked
        answer.then = request.target == "/broken" ? .reset : nil
        return answer
      }
      defer { backend.stop() }
      let whole = try RawClient.exchange(port: backend.port, "GET /whole")
      #expect(whole.text == "abc" && whole.isComplete)
      let broken = try RawClient.exchange(port: backend.port, "GET /broken")
      #expect(!broken.isComplete)
    }

    @Test func truncatedBodiesAreNoticed() throws {
      let backend = try ScriptedBackend { _ in
        var answer = ScriptedAnswer.json("12345")
        answer.missing = 3
        return answer
      }
      defer { backend.stop() }
      let response = try RawClient.exchange(port: backend.port, "GET /")
      #expect(response.text == "12345" && !response.isComplete)
    }

    @Test func barriersHoldEveryoneBack() throws {
      let barrier = Barrier(3)
      let backend = try ScriptedBackend { _ in .json("{}").waiting(at: barrier) }
      defer { backend.stop() }
      let clients = try (0..<3).map { _ in try RawClient(port: backend.port) }
      for client in clients { try client.send("GET /") }
      for client in clients { #expect(try client.receive()?.status == 200) }
    }

    @Test func hangingRequestsThatAreLeftAreCounted() throws {
      let backend = try ScriptedBackend { _ in .fault(.hang) }
      defer { backend.stop() }
      let client = try RawClient(port: backend.port)
      try client.send("GET /")
      backend.waitForRequests(1)
      client.stream.close()
      #expect(backend.waitForAbandonments(1))
    }

    @Test func nobodyListensAtARefusingPort() throws {
      let end = try DeadEnd(.refusing)
      #expect(throws: SocketFailure.self) { try RawClient(port: end.port) }
    }

    @Test func processesAreHeardAndTheirEndIsSeen() throws {
      let script =
        "echo listening on http://127.0.0.1:81; echo admin on http://127.0.0.1:82; read a; echo $a >&2; exit 3"
      let child = try ChildProcess("/bin/sh", ["-c", script], input: "word\n")
      #expect(child.waitForExit() == 3)
      #expect(child.errors.text == "word\n")
      let ports = GatewayProcess.ports(in: child.output.text)
      #expect(ports?.0 == 81 && ports?.1 == 82)
    }

    @Test(arguments: CaseFile.all)
    func caseFilesAreReadable(_ name: String) throws {
      let file = try CaseFile.load(name)
      #expect(!file.cases.isEmpty)
      let names = file.cases.map(\.name)
      #expect(Set(names).count == names.count, "a name is there twice")
    }

    @Test func checkCasesAreReadable() throws {
      #expect(try !CheckCase.load().isEmpty)
    }

    @Test func jsonPatternsFindDifferences() throws {
      let tree = try JSONTree(parsing: #"{"a":[1,{"b":"2026-01-02T03:04:05Z"}],"c":null}"#)
      #expect(tree.difference(from: try JSONTree(parsing: #"{"c":null,"a":["<number>",{"b":"<time>"}]}"#)) == nil)
      #expect(tree.difference(from: try JSONTree(parsing: #"{"a":"<any>"}"#)) != nil)
      #expect(tree.difference(from: try JSONTree(parsing: #"{"c":false,"a":"<any>"}"#)) != nil)
    }

    @Test(arguments: ["", "[1,]", "{\"a\":1", "01", "\"\u{1}\"", "nul", "1 2", "{a:1}", "[1]x"])
    func badJSONIsRefused(_ text: String) {
      #expect(throws: JSONTreeParser.Failure.self) { try JSONTree(parsing: text) }
    }

    @Test func outcomeListsCompareByMeaning() {
      let wanted = OutcomeList("a;outcome=status;status=503;dur=*, b;outcome=skipped")
      #expect(OutcomeList("a;dur=12;outcome=status;status=503,b;outcome=skipped") == wanted)
      #expect(OutcomeList("a;outcome=status;status=503, b;outcome=skipped") != wanted)
      #expect(OutcomeList("b;outcome=skipped, a;outcome=status;status=503;dur=1") != wanted)
    }
  }
}

/// Blocks, which asynchronous functions may not.
private func meet(_ barrier: Barrier) -> Bool { barrier.arrive() }
