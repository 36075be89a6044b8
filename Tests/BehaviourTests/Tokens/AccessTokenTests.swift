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
    private static let byURL = #"tokenUrl: "${env.ID}/token""#
    private static let log = "log: { access: true, level: debug }\n"

    private static func definition(_ place: String = byURL, _ more: String = "", api: String = "") -> String {
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

    private static func token(_ text: String, _ more: String = "") -> ScriptedAnswer {
      .json(#"{"access_token":"\#(text)","token_type":"Bearer"\#(more)}"#)
    }

    /// Gives `t1`, `t2`, and so on.
    private static func tokens(_ more: String = "") throws -> ScriptedBackend {
      let given = Counter()
      return try ScriptedBackend { _ in token("t\(given.next())", more) }
    }

    /// Takes the one token, and refuses all others.
    private static func taking(_ token: String) -> ScriptedBackend.Script {
      { $0["authorization"] == "Bearer \(token)" ? .json(#"{"ok":true}"#) : .json("{}", status: 401) }
    }

    /// The answer once there is a token.
    private static func exchangeOnceThere(_ gateway: GatewayProcess, _ line: String) throws -> RawResponse {
      let deadline = Patience.deadline
      while true {
        let response = try gateway.exchange(line)
        if response.status != 502 || deadline.timeIntervalSinceNow < 0 { return response }
        usleep(5_000)
      }
    }

    /// Neither a token nor what it is had by.
    private static func checkLog(_ gateway: GatewayProcess) {
      let text = gateway.child.errors.text
      let credentials = Data("weft:s3cret%2Bof-weft".utf8).base64EncodedString()
      for word in ["s3cret", credentials] { #expect(!text.contains(word), "\(word): \(text)") }
      #expect(!text.contains(#/\bt[1-9]\b/#), "\(text)")
    }

    @Test func oneIsFetchedForAllThatWaitForIt() throws {
      let free = Barrier(2)
      let id = try ScriptedBackend { _ in Self.token("t1", #","expires_in":3600"#).waiting(at: free) }
      let api = try ScriptedBackend(Self.taking("t1"))
      defer { for backend in [id, api] { backend.stop() } }
      let more = ", scopes: [orders:read, b], audience: \"https://orders\""
      let gateway = try Self.gateway(id.url, api.url, Self.definition(Self.byURL, more))
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
      try gateway.stopInOrder()
      #expect(gateway.child.errors.text.contains(#/token fetched.*life=1h/#))
      Self.checkLog(gateway)
    }

    @Test func itIsRenewedBeforeItsEnd() throws {
      let id = try Self.tokens(#","expires_in":2"#)
      let api = try ScriptedBackend { .json(#"{"with":"\#($0["authorization"] ?? "")"}"#) }
      defer { for backend in [id, api] { backend.stop() } }
      let gateway = try Self.gateway(id.url, api.url)
      #expect(try gateway.exchange("GET /call").status == 200)
      #expect(id.waitForRequests(2).count >= 2)
      let deadline = Patience.deadline
      var last = ""
      while !last.contains(#/Bearer t[2-9]/#), deadline.timeIntervalSinceNow > 0 {
        last = try gateway.exchange("GET /call").text
      }
      #expect(last.contains(#/Bearer t[2-9]/#))
      #expect(!api.requests.contains { $0["authorization"] == nil })
      try gateway.stopInOrder()
      Self.checkLog(gateway)
    }

    @Test(arguments: ["GET /call", "POST /write", "GET /proxy", "POST /proxy"])
    func aRefusedOneIsFetchedAnewAndTheRequestMadeAgain(_ line: String) throws {
      let id = try Self.tokens()
      let api = try ScriptedBackend(Self.taking("t1"))
      defer { for backend in [id, api] { backend.stop() } }
      let gateway = try Self.gateway(id.url, api.url)
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
      try gateway.stopInOrder()
      Self.checkLog(gateway)
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
      defer { for backend in [id, api] { backend.stop() } }
      let gateway = try Self.gateway(id.url, api.url)
      let answer = try gateway.exchange("POST /undone")
      #expect(answer.status == 409)
      #expect(api.lines == ["PUT /first", "POST /second", "DELETE /first", "DELETE /first"])
      #expect(api.requests.last?["authorization"] == "Bearer t2")
      try gateway.stopInOrder()
      #expect(!gateway.child.errors.text.contains("compensation failed"))
    }

    /// A client has shown none, so that it hears nothing of it either.
    @Test func a401ThatStaysIsNoneForTheClient() throws {
      let id = try Self.tokens()
      let api = try ScriptedBackend { _ in
        var answer = ScriptedAnswer.json("{}", status: 401)
        answer.headers = ["WWW-Authenticate: Bearer"]
        return answer
      }
      defer { for backend in [id, api] { backend.stop() } }
      let gateway = try Self.gateway(id.url, api.url)
      for line in ["GET /call", "GET /proxy", "POST /write", "POST /proxy"] {
        let answer = try gateway.exchange(line)
        #expect(answer.status == 502 && answer["www-authenticate"] == nil, "\(line): \(answer)")
      }
      // Not for each of them.
      #expect(id.requests.count == 2 && api.requests.count == 5)
      try gateway.stopInOrder()
      #expect(gateway.child.errors.text.contains("the backend refuses the token of `oauth2`"))
      Self.checkLog(gateway)
    }

    /// More went out of a body than is kept of it.
    @Test func aLongBodyIsNotSentTwice() throws {
      let id = try Self.tokens()
      let api = try ScriptedBackend(Self.taking("t2"))
      defer { for backend in [id, api] { backend.stop() } }
      let gateway = try Self.gateway(id.url, api.url)
      let body = String(repeating: "x", count: 70_000)
      #expect(try gateway.exchange("POST /proxy", body: body).status == 502)
      #expect(id.requests.count == 1 && api.requests.count == 1)
      // Shorter ones are.
      #expect(try gateway.exchange("POST /proxy", body: String(body.prefix(60_000))).status == 200)
      try gateway.stopInOrder()
    }

    @Test func anOutageAtTheStartAndItsEnd() throws {
      let id = try ScriptedBackend { _ in .fault(.close) }
      let api = try ScriptedBackend(Self.taking("t1"))
      defer { for backend in [id, api] { backend.stop() } }
      let gateway = try Self.gateway(id.url, api.url)
      let answer = try gateway.exchange("GET /call")
      #expect(answer.status == 502 && answer["weft-outcome"]?.contains("a;outcome=connect") == true, "\(answer)")
      #expect(try gateway.exchange("GET /proxy").status == 502)
      #expect(api.requests.isEmpty)
      #expect(gateway.logs(#/a token can't be fetched.* from="?http:\/\/127.0.0.1:\d+\/token/#))
      id.restart { _ in Self.token("t1") }
      #expect(try Self.exchangeOnceThere(gateway, "GET /call").status == 200)
      #expect(id.requests.count == 1)
      // What there is serves on while the server is away.
      id.restart { _ in .fault(.close) }
      #expect(try gateway.exchange("GET /proxy").status == 200)
      try gateway.stopInOrder()
      Self.checkLog(gateway)
    }

    /// A request waits no longer than it would for its answer.
    @Test func whoWaitsHasADeadline() throws {
      let id = try ScriptedBackend { _ in .fault(.hang) }
      let api = try ScriptedBackend(Self.taking("t1"))
      defer { for backend in [id, api] { backend.stop() } }
      let definition = Self.definition() + "\n  GET /short: { timeout: 50ms, calls: { a: GET api /x } }\n"
      let gateway = try Self.gateway(id.url, api.url, definition)
      id.waitForRequests(1)
      #expect(try gateway.exchange("GET /short")["weft-outcome"]?.contains("a;outcome=timeout") == true)
      #expect(api.requests.isEmpty)
      let client = try RawClient(port: gateway.port)
      try client.send("GET /call")
      #expect(gateway.waitForHealth { $0["requestsInFlight"]?.number == 1 })
      client.stream.close()
      #expect(gateway.waitForHealth { $0["requestsInFlight"]?.number == 0 })
      try gateway.stopInOrder()
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
      defer { for backend in [id, api] { backend.stop() } }
      let gateway = try Self.gateway(id.url, api.url)
      #expect(gateway.logs(try Regex("a token can't be fetched.*\(why)").anchorsMatchLineEndings()))
      #expect(try gateway.exchange("GET /call").status == 502)
      #expect(api.requests.isEmpty && id.lines.allSatisfy { $0 == "POST /token" })
      try gateway.stopInOrder()
      Self.checkLog(gateway)
    }

    @Test func aReloadKeepsItWhereOAuth2IsTheSame() throws {
      let id = try Self.tokens()
      let api = try ScriptedBackend { _ in .json("{}") }
      defer { for backend in [id, api] { backend.stop() } }
      let gateway = try Self.gateway(id.url, api.url)
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
      try gateway.stopInOrder()
    }

    @Test func aBackendOfTheDefinitionsGivesItByAForm() throws {
      let id = try Self.tokens()
      let api = try ScriptedBackend(Self.taking("t1"))
      defer { for backend in [id, api] { backend.stop() } }
      let gateway = try Self.gateway(
        id.url, api.url, Self.definition("backend: id, path: /oauth", ", authentication: body"))
      #expect(try gateway.exchange("GET /call").status == 200)
      #expect(id.lines == ["POST /oauth"] && id.requests[0]["authorization"] == nil)
      #expect(
        id.requests[0].text == "grant_type=client_credentials&client_id=weft&client_secret=s3cret%2Bof-weft")
      try gateway.stopInOrder()
      Self.checkLog(gateway)
    }

    /// What is kept is the same for all clients, whatever token it was asked for with.
    @Test func itIsNoPartOfKeys() throws {
      let id = try Self.tokens()
      let api = try ScriptedBackend { _ in .json("{}") }
      defer { for backend in [id, api] { backend.stop() } }
      let gateway = try Self.gateway(id.url, api.url)
      for client in ["one", "two"] {
        let answer = try gateway.exchange("GET /kept", headers: ["Authorization: Bearer \(client)"])
        #expect(answer.status == 200)
      }
      #expect(api.requests.map { $0["authorization"] } == ["Bearer t1"])
      try gateway.stopInOrder()
    }

    /// A gateway of its own speaks HTTP/2 to this one, and another one TLS.
    @Test func overHTTP2AndTLS() throws {
      let id = try Self.tokens()
      let api = try ScriptedBackend(Self.taking("t2"))
      defer { for backend in [id, api] { backend.stop() } }
      let authority = try TestAuthority()
      let issued = try authority.issue("id", ["IP:127.0.0.1"])
      let secure = try GatewayProcess(
        files: [
          "gateway.yaml": """
          listen:
            address: 127.0.0.1:0
            tls: { certificates: [{ certificate: \(issued.certificate), key: \(issued.key) }] }
          """,
          "main.yaml": #"{ backends: { b: { url: "\#(id.url)" } }, routes: { POST /token: { proxy: b /token } } }"#,
        ])
      let front = try GatewayProcess(
        files: [
          "gateway.yaml": "listen: { address: 127.0.0.1:0, http2: cleartext }",
          "main.yaml": #"{ backends: { b: { url: "\#(api.url)" } }, routes: { ANY /x: { proxy: b /x } } }"#,
        ])
      let url = "https://127.0.0.1:\(secure.port)"
      let place = "\(Self.byURL), tls: { ca: \(authority.certificate) }"
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
      for process in [secure, front] { try process.stopInOrder() }
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
