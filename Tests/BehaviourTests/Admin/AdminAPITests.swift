import Foundation
import Testing

extension Behaviour {
  /// The JSON API of the admin address.
  @Suite struct AdminAPITests {
    private static let definition = """
      backends:
        users: { url: "${env.B1}" }
        orders: { url: "${env.B2}", breaker: { minimumCalls: 5, openFor: 60s } }
      routes:
        GET /page/:id:
          calls:
            user: GET users /users/${path.id}
            orders: GET orders /orders?userId=${user.id}
        GET /static: { response: here }

      """

    /// A gateway that has answered some requests, all of them partial.
    private func withUsedGateway(_ body: (GatewayProcess) throws -> Void) throws {
      let users = try ScriptedBackend { _ in .json(#"{"id":42}"#) }
      let orders = try ScriptedBackend { _ in .json("{}", status: 500) }
      defer {
        users.stop()
        orders.stop()
      }
      let gateway = try GatewayProcess(Self.definition, backends: [users.url, orders.url])
      for _ in 0..<4 { #expect(try gateway.exchange("GET /page/42?token=s3cret&q=1").status == 200) }
      try body(gateway)
      try gateway.stopInOrder()
    }

    /// What docs/admin-api.md shows is what is answered: the same members, in the same order, of the same kinds.
    @Test func theExamplesOfThePageAreTrue() throws {
      let examples = try Self.examples()
      try withUsedGateway { gateway in
        let id = try gateway.json("/api/requests")["requests"]?[0]?["id"]?.string ?? ""
        let targets = [
          "GET /api/overview": "/api/overview", "GET /api/routes": "/api/routes?name=GET%20/page/:id",
          "GET /api/requests": "/api/requests", "GET /api/requests/:id": "/api/requests/\(id)",
          "GET /api/backends": "/api/backends", "GET /api/cache": "/api/cache",
          "GET /api/definitions": "/api/definitions",
        ]
        for (name, target) in targets {
          let example = try #require(examples[name], "no example of \(name)")
          let found = try gateway.json(target)
          #expect(found.shapeDifference(from: example) == nil, "\(name): \(found)")
        }
        let tried = try gateway.change("/api/try", #"{"method":"GET","target":"/page/42"}"#)
        #expect(try tried.json().shapeDifference(from: #require(examples["POST /api/try"])) == nil, "\(tried)")
        #expect(Set(examples.keys) == Set(targets.keys).union(["POST /api/try"]))
      }
    }

    private static func examples() throws -> [String: JSONTree] {
      let text = try String(contentsOfFile: "\(WeftBinary.repository)/docs/admin-api.md", encoding: .utf8)
      let found = text.matches(of: #/\n## ([A-Z]+ \S+)\n(?:(?!\n## )(?s:.))*?```json\n((?s).*?)```/#)
      return try Dictionary(uniqueKeysWithValues: found.map { (String($0.1), try JSONTree(parsing: String($0.2))) })
    }

    @Test func whatIsWrongIsSaidInWords() throws {
      try withUsedGateway { gateway in
        #expect(
          try gateway.json("/api/overview")["wrong"]?[0]
            == .object([
              .init(name: "weight", value: .string("bad")), .init(name: "subject", value: .string("backend")),
              .init(name: "name", value: .string("orders")),
              .init(name: "words", value: .string("100 % status in the last minute")),
            ]))
        // The fifth opens the breaker.
        _ = try gateway.exchange("GET /page/42")
        let words = try gateway.json("/api/overview")["wrong"]?[0]?["words"]?.string ?? ""
        #expect(words.contains(#/^100 % status in the last minute, breaker open for (60|59) s$/#), "\(words)")
        let backend = try gateway.json("/api/backends")["backends"]?[1]
        #expect(backend?["addresses"]?[0]?["breaker"]?.string == "open")
        let reset = try gateway.change("/api/backends/orders/reset")
        #expect(try reset.json()["backends"]?[1]?["addresses"]?[0]?["breaker"]?.string == "closed", "\(reset)")
        #expect(gateway.logs("breakers reset"))
        #expect(try gateway.change("/api/backends/nobody/reset").status == 404)
      }
    }

    @Test func requestsAreChosenAndKept() throws {
      try withUsedGateway { gateway in
        for _ in 0..<3 { _ = try gateway.exchange("GET /static") }
        _ = try gateway.exchange("GET /nowhere")
        func count(_ query: String) throws -> Int {
          try gateway.json("/api/requests\(query)")["requests"]?.elements.count ?? -1
        }
        #expect(try count("") == 8 && count("?limit=3") == 3 && count("?kept=partial") == 4 && count("?kept=any") == 4)
        #expect(try count("?kept=failed") == 0 && count("?route=GET%20/static") == 3)
        let newest = try gateway.json("/api/requests")["requests"]?[0]
        #expect(newest?["path"]?.string == "/nowhere" && newest?["route"] == .null && newest?["status"]?.number == 404)
        let partial = try gateway.json("/api/requests?kept=partial")["requests"]?[0]?["id"]?.string ?? ""
        // Three hundred later it is still there.
        for _ in 0..<300 { _ = try gateway.exchange("GET /static") }
        let whole = try gateway.json("/api/requests/\(partial)")
        #expect(whole["calls"]?[1]?["outcome"]?.string == "status" && whole["calls"]?[1]?["status"]?.number == 500)
        #expect(whole["curl"]?.string?.contains("token=REDACTED&q=1") == true, "\(whole)")
        #expect(try count("?limit=1000") == 204 && count("?route=GET%20/static") == 200)
        #expect(try gateway.ask("/api/requests/nothing").status == 404)
      }
    }

    @Test func addressesAreDrained() throws {
      let backends = try (0..<2).map { _ in try ScriptedBackend { _ in .json("1") } }
      defer { for backend in backends { backend.stop() } }
      let gateway = try GatewayProcess(
        "backends: { b: { urls: [\"${env.B1}\", \"${env.B2}\"] } }\nroutes:\n  GET /v: { calls: { v: GET b /v } }\n",
        backends: backends.map(\.url))
      func target(_ index: Int, _ deed: String) -> String {
        "/api/backends/b/addresses/\(backends[index].url.replacing("/", with: "%2F"))/\(deed)"
      }
      let drained = try gateway.change(target(0, "drain"))
      #expect(drained.status == 200 && gateway.logs("address drained"))
      #expect(try drained.json()["backends"]?[0]?["addresses"]?[0]?["drained"] == .bool(true))
      #expect(try gateway.change(target(1, "drain")).status == 409)
      for _ in 0..<10 { #expect(try gateway.exchange("GET /v").status == 200) }
      #expect(backends[0].requests.isEmpty && backends[1].requests.count == 10)
      // A reload that leaves the backend as it is leaves it drained.
      try gateway.write(
        "backends: { b: { urls: [\"${env.B1}\", \"${env.B2}\"] } }\nroutes:\n  GET /w: { calls: { v: GET b /v } }\n")
      #expect(try gateway.reload().status == 200)
      for _ in 0..<10 { #expect(try gateway.exchange("GET /w").status == 200) }
      #expect(backends[0].requests.isEmpty)
      #expect(try gateway.change(target(0, "undrain")).status == 200)
      for _ in 0..<10 { #expect(try gateway.exchange("GET /w").status == 200) }
      #expect(!backends[0].requests.isEmpty)
      #expect(try gateway.change("/api/backends/b/addresses/http:%2F%2Fother/drain").status == 404)
      #expect(try gateway.change("/api/backends/c/addresses/x/drain").status == 404)
      try gateway.stopInOrder()
    }

    @Test func definitionsAreShownWithoutSecrets() throws {
      let gateway = try GatewayProcess(
        files: [
          "main.yaml": """
          backends: { b: { url: "http://127.0.0.1:1", headers: { X-Api-Key: s3cret-one } } }
          routes: { GET /v: { calls: { v: GET b /v } } }

          """,
          "gateway.yaml": "auth: { partners: { apiKey: { keys: keys.yaml } } }\n",
          "keys.yaml":
            "- { id: s3cret-two, sha256: 2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae }\n",
        ])
      let answer = try gateway.ask("/api/definitions")
      #expect(answer.status == 200 && !answer.text.contains("s3cret"), "\(answer)")
      let files = try answer.json()["files"]?.elements ?? []
      #expect(files.map { $0["name"]?.string } == ["gateway.yaml", "keys.yaml", "main.yaml"])
      #expect(files[1]["text"] == .null && files[2]["text"]?.string?.contains("GET b /v") == true)
      let before = try answer.json()["fingerprint"]
      try gateway.write("routes: { GET /x: { what: 1 } }\n")
      #expect(try gateway.reload().status == 422)
      let refused = try gateway.json("/api/definitions")
      #expect(refused["fingerprint"] == before && refused["lastReload"]?["result"]?.string == "refused")
      #expect(refused["lastReload"]?["text"]?.string?.contains("what") == true)
      let trouble = try gateway.json("/api/overview")["wrong"]?[0]
      #expect(trouble?["name"]?.string == "definitions" && trouble?["weight"]?.string == "warning")
      try gateway.write("routes: { GET /x: { response: 1 } }\n")
      #expect(try gateway.reload().status == 200)
      let done = try gateway.json("/api/definitions")
      #expect(done["fingerprint"] != before && done["lastReload"]?["text"]?.string?.contains("+ GET /x") == true)
      try gateway.stopInOrder()
    }

    @Test func eventsComeEachSecond() throws {
      try withUsedGateway { gateway in
        let client = try RawClient(port: gateway.adminPort)
        try client.send("GET /api/events", headers: ["Host: localhost"])
        let head = try #require(try client.stream.readHead())
        #expect(head.fields.contains { $0.name.lowercased() == "content-type" && $0.value == "text/event-stream" })
        var text = ""
        while text.components(separatedBy: "event: figures\n").count < 4 {
          text += String(decoding: try client.stream.read(), as: UTF8.self)
        }
        let first = text.components(separatedBy: "data: ")[1].prefix { $0 != "\n" }
        #expect(try JSONTree(parsing: String(first))["series"]?["requests"]?.elements.count == 180)
        client.stream.close()
        // Streams that were left make room: there are never more than sixteen.
        let others = try (0..<16).map { _ in
          let client = try RawClient(port: gateway.adminPort)
          try client.send("GET /api/events", headers: ["Host: localhost"])
          #expect(try client.stream.readHead()?.startLine.contains(" 200 ") == true)
          return client
        }
        #expect(try gateway.ask("/api/events").status == 503)
        for client in others { client.stream.close() }
      }
    }

    @Test func tryAsksTheGatewayItself() throws {
      try withUsedGateway { gateway in
        let answer = try gateway.change("/api/try", #"{"method":"GET","target":"/page/7","headers":{"X-A":"b"}}"#)
          .json()
        #expect(answer["status"]?.number == 200 && answer["body"]?.string?.contains(#""id":42"#) == true, "\(answer)")
        let id = answer["headers"]?.elements.first { $0[0]?.string?.lowercased() == "x-request-id" }?[1]?.string ?? ""
        #expect(try gateway.json("/api/requests/\(id)")["path"]?.string == "/page/7")
        for wrong in [
          "[]", "{}", #"{"target":"http://evil.example/"}"#, #"{"target":"/a b"}"#, #"{"target":"/","method":"A B"}"#,
          #"{"target":"/","headers":{"A B":"c"}}"#, #"{"target":"/","headers":{"A":"c\r\nD: e"}}"#,
        ] {
          #expect(try gateway.change("/api/try", wrong).status == 400, "\(wrong)")
        }
      }
    }

    /// What requests and definitions say is for nobody's page, and nobody without the token.
    @Test func onlyWhoMayReads() throws {
      let folder = try TemporaryFolder(files: ["token": "s3cret-of-the-admin\n"])
      let open = try GatewayProcess("routes:\n  GET /static: { response: here }\n")
      let closed = try GatewayProcess(
        "routes:\n  GET /static: { response: here }\n",
        gateway: "admin: { address: \"127.0.0.1:0\", token: { file: \(folder.path)/token } }\n")
      for path in ["overview", "routes", "requests", "requests/x", "backends", "cache", "definitions", "events"] {
        let target = "GET /api/\(path)"
        #expect(try RawClient.exchange(port: open.adminPort, target, headers: ["Host: evil.example"]).status == 403)
        #expect(try RawClient.exchange(port: closed.adminPort, target, headers: ["Host: localhost"]).status == 401)
        #expect(try open.exchange(target).status == 404)
      }
      for path in ["backends/b/reset", "backends/b/addresses/a/drain", "try"] {
        let target = "POST /api/\(path)"
        #expect(try RawClient.exchange(port: open.adminPort, target, headers: ["Host: localhost"]).status == 415)
        #expect(try RawClient.exchange(port: closed.adminPort, target, headers: RawClient.admin).status == 401)
      }
      // The page holds nothing, and has to be there to ask for the token.
      for path in ["/", "/page.css", "/page.js"] {
        let answer = try RawClient.exchange(port: closed.adminPort, "GET \(path)")
        #expect(answer.status == 200 && answer["Content-Security-Policy"]?.contains("script-src 'self'") == true)
        #expect(!answer.text.contains("s3cret") && !answer.text.contains("style=\""))
      }
      try open.stopInOrder()
      try closed.stopInOrder()
    }
  }
}

extension GatewayProcess {
  fileprivate func ask(_ target: String) throws -> RawResponse {
    try RawClient.exchange(port: adminPort, "GET \(target)", headers: ["Host: localhost"])
  }

  fileprivate func json(_ target: String) throws -> JSONTree { try ask(target).json() }

  fileprivate func change(_ target: String, _ body: String = "{}") throws -> RawResponse {
    try RawClient.exchange(port: adminPort, "POST \(target)", headers: RawClient.admin, body: Array(body.utf8))
  }
}

extension JSONTree {
  /// Where members, their order or kinds differ from those of an example, whose `null` stands for anything, as does one that
  /// is found. Of lists the first elements are compared. `nil`: nowhere.
  fileprivate func shapeDifference(from example: JSONTree, at path: String = "$") -> String? {
    switch (example, self) {
    case (.null, _), (_, .null), (.bool, .bool), (.number, .number), (.string, .string): return nil
    case (.array(let wanted), .array(let found)):
      guard let wanted = wanted.first, let found = found.first else { return nil }
      return found.shapeDifference(from: wanted, at: "\(path)[0]")
    case (.object(let wanted), .object(let found)):
      guard wanted.map(\.name) == found.map(\.name) else {
        return "\(path): expected the members \(wanted.map(\.name)), got \(found.map(\.name))"
      }
      return zip(wanted, found).lazy
        .compactMap { $1.value.shapeDifference(from: $0.value, at: "\(path).\($0.name)") }.first
    default: return "\(path): expected \(example), got \(self)"
    }
  }
}
