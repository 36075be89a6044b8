import Foundation
import Testing

extension Behaviour {
  /// `weft mock` and `weft run --mock`.
  @Suite struct MockCommandTests {
    private static let files = [
      "main.yaml": """
      backends:
        users: { url: "https://users.invalid/v1", health: { path: /health, every: 1s } }
        orders: { url: "http://127.0.0.1:1" }
      routes:
        GET /a/:id: { calls: { user: "GET users /users/${path.id}", orders: GET orders /orders } }
      """,
      "mocks/users.yaml": """
      backends:
        users:
          GET /users/1: { sequence: [{ status: 503 }, { json: { id: 1 }, headers: { x-a: b } }] }
          GET /users/2: { garbage: true }
          GET /users/3: { reset: true }
          GET /users/4: { json: { id: 4 }, after: 1ms }
      """,
    ]

    @Test func itServesScripts() throws {
      let folder = try TemporaryFolder(files: Self.files)
      let child = try WeftBinary.start(["mock", folder.path])
      defer { child.kill() }
      let port = try #require(
        child.output.wait { $0.firstMatch(of: #/users on http://127.0.0.1:(\d+)\n/#).flatMap { UInt16($0.1) } })
      let client = try RawClient(port: port)
      try client.send("GET /users/1")
      #expect(try client.receive()?.status == 503)
      try client.send("GET /users/1")
      let second = try #require(try client.receive())
      #expect(second.text == #"{"id":1}"# && second.status == 200)
      try client.send("GET /users/4")
      #expect(try client.receive()?.text == #"{"id":4}"#)
      try client.send("GET /users/9?a=b")
      let none = try #require(try client.receive())
      #expect(none.status == 501 && none.text == "no script answers GET /users/9?a=b\n")
    }

    @Test func aGatewayRunsOverThem() throws {
      let folder = try TemporaryFolder(files: Self.files)
      let child = try WeftBinary.start(
        ["run", folder.path, "--mock", "--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0"])
      defer { child.kill() }
      let port = try #require(child.output.wait(for: GatewayProcess.ports)).0
      let client = try RawClient(port: port)
      for (path, word) in [("/a/1", "status"), ("/a/2", "invalid"), ("/a/3", "connect")] {
        try client.send("GET \(path)")
        let text = try #require(try client.receive()).text
        #expect(text.contains(#""user":{"outcome":"\#(word)""#), "\(text)")
      }
      try client.send("GET /a/4")
      #expect(try client.receive()?.text.hasPrefix(#"{"user":{"id":4},"orders":null"#) == true)
    }

    @Test func whatBackendsRespondIsKept() throws {
      let backend = try ScriptedBackend { request in
        request.target.hasPrefix("/users/1")
          ? .json(#"{"id":1,"name":"Mira \"M\"","token":"abc","deep":[{"Password":"x"}]}"#) : .json("{}", status: 404)
      }
      defer { backend.stop() }
      let definition = """
        backends: { users: { url: "\(backend.url)" } }
        routes:
          GET /a/:id: { calls: { user: "GET users /users/${path.id}?apiKey=${query.key}" } }
          GET /p/:id: { proxy: "users /users/${path.id}" }
        """
      let folder = try TemporaryFolder(files: ["main.yaml": definition])
      let child = try WeftBinary.start(
        ["run", folder.path, "--record", folder.path, "--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0"])
      let port = try #require(child.output.wait(for: GatewayProcess.ports)).0
      for path in ["/a/1?key=s3cret", "/a/2?key=s3cret", "/p/1"] {
        let client = try RawClient(port: port)
        try client.send("GET \(path)")
        _ = try client.receive()
      }
      child.terminate()
      #expect(child.waitForExit() == 0)
      #expect(child.output.text.contains("3 responses in \(folder.path)/mocks\n"), "\(child.output.text)")
      let text = try String(contentsOfFile: "\(folder.path)/mocks/users.yaml", encoding: .utf8)
      #expect(!text.contains("s3cret") && !text.contains("abc") && !text.contains(#""x""#), "\(text)")
      let again = try WeftBinary.start(
        ["run", folder.path, "--mock", "--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0"])
      defer { again.kill() }
      let client = try RawClient(port: try #require(again.output.wait(for: GatewayProcess.ports)).0)
      let kept = #"{"id":1,"name":"Mira \"M\"","token":"concealed","deep":[{"Password":"concealed"}]}"#
      try client.send("GET /a/1?key=other")
      #expect(try client.receive()?.text == #"{"user":\#(kept)}"#)
      try client.send("GET /p/1")
      #expect(try client.receive()?.text == kept)
      try client.send("GET /a/2?key=x")
      #expect(try client.receive()?.text.contains(#""status":404"#) == true)
    }

    @Test(
      arguments: [
        ("backends: { usrs: {} }", "mocks/users.yaml:1:13: error: there is no backend `usrs`"),
        ("request: GET /a/1", "`request` belongs into a test"), ("backends: {}", "there are no mocks in"),
      ])
    func whatIsNoMock(_ text: String, _ why: String) throws {
      let folder = try TemporaryFolder(files: Self.files.merging(["mocks/users.yaml": text]) { $1 })
      for command in [["mock", folder.path], ["run", folder.path, "--mock", "--listen", "127.0.0.1:0"]] {
        let result = try WeftBinary.run(command)
        #expect(result.status == 1 && result.errors.contains(why), "\(result)")
      }
    }
  }
}
