import Foundation
import TestSockets
import Testing

extension Behaviour {
  /// Tokens of the gateway's own, that backends want (`oauth2`).
  @Suite struct AccessTokenTests {
    private static let secret = "s3cret+of-weft"
    private static let routes = """
      routes:
        GET /call: { calls: { a: { request: GET api /x, required: true } } }
        POST /write: { calls: { a: { request: POST api /x, body: { n: 1 }, required: true } } }
        ANY /proxy: { proxy: api /x, retryBuffer: 64KiB }
        GET /kept: { calls: { a: { request: GET plain /kept, required: true, cache: 1m } } }
        POST /undone:
          calls:
            first: { request: PUT api /first, required: true, compensate: DELETE api /first }
            second: { request: POST api /second, after: [first], required: true }
      """
    static let byURL = #"tokenUrl: "${env.ID}/token""#
    private static let log = "log: { access: true, level: debug }\n"

    static func definition(_ place: String = byURL, _ more: String = "", api: String = "") -> String {
      let oauth2 = #"{ \#(place), clientId: weft, clientSecret: "${env.SECRET}"\#(more) }"#
      return """
        backends:
          id: { url: "${env.ID}" }
          api: { url: "${env.B1}", forward: all, oauth2: \(oauth2)\(api) }
          plain: { url: "${env.B1}", oauth2: \(oauth2) }
        \(routes)
        """
    }

    private static func gateway(
      _ id: String, _ api: String, _ definition: String = definition()
    ) throws -> GatewayProcess {
      try GatewayProcess(
        files: ["main.yaml": definition, "gateway.yaml": log],
        environment: ["ID": id, "B1": api, "SECRET": secret])
    }

    static func token(_ text: String, _ more: String = "") -> ScriptedAnswer {
      .json(#"{"access_token":"\#(text)","token_type":"Bearer"\#(more)}"#)
    }

    /// Gives `t1`, `t2`, and so on.
    static func tokens(_ more: String = "") throws -> ScriptedBackend {
      let given = Counter()
      return try ScriptedBackend { _ in token("t\(given.next())", more) }
    }

    /// Takes the one token, and refuses all others.
    static func taking(_ token: String) -> ScriptedBackend.Script {
      { $0["authorization"] == "Bearer \(token)" ? .json(#"{"ok":true}"#) : .json("{}", status: 401) }
    }

    /// Neither a token nor what it is had by.
    private static func checkLog(_ gateway: GatewayProcess) {
      let text = gateway.child.errors.text
      let credentials = Data("weft:s3cret%2Bof-weft".utf8).base64EncodedString()
      for word in ["s3cret", credentials] { #expect(!text.contains(word), "\(word): \(text)") }
      #expect(!text.contains(#/\bt[1-9]\b/#), "\(text)")
    }

    /// A gateway before `api` that has its tokens of `id`; all three are stopped behind `body`, the gateway in order.
    /// - Returns: its log, in which no secret is.
    @discardableResult
    static func withGateway(
      _ id: ScriptedBackend, _ api: ScriptedBackend, _ definition: String = definition(),
      _ body: (GatewayProcess) throws -> Void
    ) throws -> String {
      defer { for backend in [id, api] { backend.stop() } }
      let gateway = try gateway(id.url, api.url, definition)
      try body(gateway)
      try gateway.stopInOrder()
      checkLog(gateway)
      return gateway.child.errors.text
    }

    @Test func oneIsFetchedForAllThatWaitForIt() throws {
      let free = Barrier(2)
      let id = try ScriptedBackend { _ in Self.token("t1", #","expires_in":3600"#).waiting(at: free) }
      let api = try ScriptedBackend(Self.taking("t1"))
      let more = ", scopes: [orders:read, b], audience: \"https://orders\""
      let log = try Self.withGateway(id, api, Self.definition(Self.byURL, more)) { gateway in
        // At the start, before anybody asks for anything.
        id.waitForRequests(1)
        let lines = ["GET /call", "POST /write", "GET /proxy", "POST /proxy"]
        let clients = try (0..<64).map { _ in try RawClient(port: gateway.port) }
        for (index, client) in clients.enumerated() {
          let isProxy = index % 4 == 3
          try client.send(
            lines[index % 4], headers: ["Authorization: Bearer mine"], body: isProxy ? Array("hello".utf8) : nil)
        }
        #expect(gateway.waitForHealth { $0["requestsInFlight"]?.number == 64 })
        #expect(api.requests.isEmpty)
        #expect(free.arrive())
        for client in clients { #expect(try client.receive()?.status == 200) }
        #expect(id.requests.count == 1 && api.requests.count == 64)
        let asked = id.requests[0]
        #expect(asked.line == "POST /token" && asked["content-type"] == "application/x-www-form-urlencoded")
        #expect(asked["authorization"] == "Basic " + Data("weft:s3cret%2Bof-weft".utf8).base64EncodedString())
        #expect(
          asked.text == "grant_type=client_credentials&scope=orders%3Aread%20b&audience=https%3A%2F%2Forders")
        for request in api.requests {
          // Once, and none of the client's.
          #expect(request.head.fields.count { $0.name.lowercased() == "authorization" } == 1)
        }
      }
      #expect(log.contains(#/token fetched.*life=1h/#))
    }

    @Test func itIsRenewedBeforeItsEnd() throws {
      let id = try Self.tokens(#","expires_in":2"#)
      let api = try ScriptedBackend { .json(#"{"with":"\#($0["authorization"] ?? "")"}"#) }
      try Self.withGateway(id, api) { gateway in
        #expect(try gateway.exchange("GET /call").status == 200)
        #expect(id.waitForRequests(2).count >= 2)
        let deadline = Patience.deadline
        var last = ""
        while !last.contains(#/Bearer t[2-9]/#), deadline.timeIntervalSinceNow > 0 {
          last = try gateway.exchange("GET /call").text
        }
        #expect(last.contains(#/Bearer t[2-9]/#))
        #expect(!api.requests.contains { $0["authorization"] == nil })
      }
    }

    @Test func aReloadKeepsItWhereOAuth2IsTheSame() throws {
      let id = try Self.tokens()
      let api = try ScriptedBackend { _ in .json("{}") }
      try Self.withGateway(id, api) { gateway in
        #expect(try gateway.exchange("GET /call").status == 200)
        try gateway.write(Self.definition(Self.byURL, api: ", timeout: 9s"))
        #expect(try gateway.reload().text.contains("~ backend api: timeout"))
        #expect(try gateway.exchange("GET /call").status == 200)
        #expect(id.requests.count == 1)
        try gateway.write(Self.definition(Self.byURL, ", scopes: [other]"))
        #expect(try gateway.reload().text.contains(#/~ backend api: .*oauth2/#))
        #expect(try gateway.exchange("GET /call").status == 200)
        #expect(id.requests.count == 2 && id.requests[1].text.hasSuffix("&scope=other"))
        #expect(api.requests.map { $0["authorization"] } == ["Bearer t1", "Bearer t1", "Bearer t2"])
      }
    }

    @Test func aBackendOfTheDefinitionsGivesItByAForm() throws {
      let id = try Self.tokens()
      let api = try ScriptedBackend(Self.taking("t1"))
      try Self.withGateway(id, api, Self.definition("backend: id, path: /oauth", ", authentication: body")) { gateway in
        let answer = try gateway.exchange("GET /call")
        #expect(answer.status == 200)
        #expect(id.lines == ["POST /oauth"] && id.requests[0]["authorization"] == nil)
        #expect(
          id.requests[0].text == "grant_type=client_credentials&client_id=weft&client_secret=s3cret%2Bof-weft")
      }
    }

    /// What is kept is the same for all clients, whatever token it was asked for with.
    @Test func itIsNoPartOfKeys() throws {
      let id = try Self.tokens()
      let api = try ScriptedBackend { _ in .json("{}") }
      try Self.withGateway(id, api) { gateway in
        for client in ["one", "two"] {
          let answer = try gateway.exchange("GET /kept", headers: ["Authorization: Bearer \(client)"])
          #expect(answer.status == 200)
        }
        #expect(api.requests.map { $0["authorization"] } == ["Bearer t1"])
      }
    }

    /// A gateway of its own speaks HTTP/2 to this one, and another one TLS.
    @Test func overHTTP2AndTLS() throws {
      let id = try Self.tokens()
      let api = try ScriptedBackend(Self.taking("t2"))
      defer { for backend in [id, api] { backend.stop() } }
      let secure = try TLSGateway(
        routes: #"{ backends: { b1: { url: "${env.B1}" } }, routes: { POST /token: { proxy: b1 /token } } }"#,
        backend: id.url)
      let front = try GatewayProcess(
        files: [
          "gateway.yaml": "listen: { address: 127.0.0.1:0, http2: cleartext }",
          "main.yaml": #"{ backends: { b: { url: "\#(api.url)" } }, routes: { ANY /x: { proxy: b /x } } }"#,
        ])
      let url = secure.url("")
      let place = "\(Self.byURL), tls: { ca: \(secure.authority.certificate) }"
      let gateway = try Self.gateway(
        url, "http://127.0.0.1:\(front.port)", Self.definition(place, api: ", http: 2-prior-knowledge"))
      for line in ["GET /call", "POST /proxy", "GET /proxy"] {
        #expect(try gateway.exchange(line, body: line == "POST /proxy" ? "a body" : nil).status == 200)
      }
      #expect(id.requests.count == 2 && api.requests.count == 4)
      try gateway.stopInOrder()
      Self.checkLog(gateway)
      let other = try Self.gateway(url, api.url)
      #expect(other.logs("a token can't be fetched"))
      #expect(try other.exchange("GET /call").status == 502)
      try other.stopInOrder()
      for process in [secure.process, front] { try process.stopInOrder() }
      #expect(api.requests.count == 4)
    }

    @Test func explainShowsThatThereIsOne() throws {
      let folder = try TemporaryFolder(files: ["main.yaml": Self.definition()])
      let environment = ["ID": "http://127.0.0.1:1", "B1": "http://127.0.0.1:2", "SECRET": Self.secret]
      for arguments in [["GET", "/call"], ["GET", "/proxy", "--header", "Authorization: Bearer mine"]] {
        let printed = try WeftBinary.run(["explain", folder.path] + arguments, environment: environment)
        #expect(printed.status == 0, "\(printed)")
        #expect(printed.output.contains("authorization: Bearer <oauth2>"), "\(printed.output)")
        #expect(printed.output.contains("a token of http://127.0.0.1:1/token for weft"))
        #expect(!printed.output.contains("s3cret"))
        if arguments.count > 2 { #expect(printed.output.contains(#/withheld +.*authorization/#)) }
      }
    }
  }
}

/// *Guarded by its lock.*
private final class Counter: @unchecked Sendable {
  private let lock = NSLock()
  private var count = 0

  func next() -> Int {
    lock.lock()
    defer { lock.unlock() }
    count += 1
    return count
  }
}
