import Foundation
import Glibc
import Testing

extension Behaviour {
  /// The ways to have definitions read again, and what is said to it.
  @Suite struct ReloadTests {
    static func here(_ text: String) -> String { "routes: { GET /here: { response: \(text) } }\n" }

    @Test(arguments: ["SIGHUP", "command", "POST", "watch"])
    func whatTheFolderSaysIsServed(_ way: String) throws {
      let gateway = try GatewayProcess(Self.here("one"), watches: way == "watch")
      let client = try RawClient(port: gateway.port)
      func answer() throws -> String? {
        try client.send("GET /here")
        return try client.receive()?.text
      }
      #expect(try answer() == "\"one\"")
      try gateway.write(Self.here("two"))
      switch way {
      case "SIGHUP": kill(gateway.child.pid, SIGHUP)
      case "POST": #expect(try gateway.reload().text == "~ GET /here: response\n")
      case "command":
        let result = try WeftBinary.run(["reload", "--admin", "127.0.0.1:\(gateway.adminPort)"])
        #expect(result.status == 0 && result.output == "~ GET /here: response\n", "\(result)")
      default: break
      }
      let line = gateway.child.errors.wait { $0.firstMatch(of: #/notice reloaded changes="~ GET \/here: response"/#) }
      #expect(line != nil)
      #expect(try answer() == "\"two\"", "the client's connection stays")
      try gateway.stopInOrder()
    }

    @Test(arguments: ["SIGHUP", "command", "folder", "POST", "watch"])
    func aBadFileChangesNothingAndSaysWhy(_ way: String) throws {
      let gateway = try GatewayProcess(Self.here("one"), watches: way == "watch")
      try gateway.write("routes: { GET /here: { respnse: two }, GET /other: { response: 1 } }\n")
      let check = try WeftBinary.run(["check", gateway.path])
      #expect(check.errors.contains("respnse"))
      let admin = ["--admin", "127.0.0.1:\(gateway.adminPort)"]
      switch way {
      case "SIGHUP", "watch":
        if way == "SIGHUP" { kill(gateway.child.pid, SIGHUP) }
        #expect(gateway.child.errors.wait { $0.contains(check.errors) ? true : nil } == true)
      case "command", "folder":
        let result = try WeftBinary.run(["reload"] + (way == "folder" ? [gateway.path] : []) + admin)
        #expect(result.status == 1 && result.errors == check.errors, "\(result)")
      default:
        let answer = try gateway.reload()
        #expect(answer.status == 422 && answer.text == check.errors, "\(answer)")
        let json = try gateway.reload(headers: RawClient.admin + ["Accept: application/json"])
        let expected = try WeftBinary.run(["check", gateway.path, "--format", "json"]).output
        #expect(json.status == 422 && json["Content-Type"] == "application/json")
        #expect(json.text == expected.trimmingCharacters(in: .newlines))
      }
      #expect(try gateway.exchange("GET /here").text == "\"one\"")
      #expect(try gateway.exchange("GET /other").status == 404)
      try gateway.stopInOrder()
    }

    @Test func theDifferenceIsToldInWords() throws {
      let gateway = try GatewayProcess(
        """
        backends: { users: { url: http://127.0.0.1:1 }, old: { url: http://127.0.0.1:1 } }
        routes:
          GET /y: { calls: { user: GET users /users/1 } }
          GET /z: { proxy: old /z }
        """, gateway: "threads: 1\n")
      try gateway.write(
        """
        backends: { users: { url: http://127.0.0.1:1, timeout: 1s } }
        routes:
          GET /x: { response: 1 }
          GET /y: { cache: 1m, calls: { user: GET users /users/2 } }
        """)
      try gateway.write("threads: 2\nlimits: { bodyBytes: 1KiB }\n", to: "gateway.yaml")
      let words = """
        + GET /x
        ~ GET /y: calls.user, cache
        - GET /z
        ~ backend users: timeout
        - backend old
        ~ gateway: limits.bodyBytes, threads
        note: only a restart takes over threads

        """
      let answer = try gateway.reload()
      #expect(answer.status == 200 && answer.text == words, "\(answer)")
      // What waits for a restart still does.
      #expect(try gateway.reload().text == "~ gateway: threads\nnote: only a restart takes over threads\n")
      try gateway.write("threads: 1\nlimits: { bodyBytes: 1KiB }\n", to: "gateway.yaml")
      #expect(try gateway.reload().text == "nothing changed\n")
      let json = try gateway.reload(headers: RawClient.admin + ["Accept: text/html, application/json;q=0.9"])
      #expect(json.text == #"{"changes":[],"needsRestart":[],"warnings":[]}"#)
      try gateway.write("routes: { GET /x: { response: 2 } }\n")
      let changes = try gateway.reload(headers: RawClient.admin + ["Accept: application/json"]).json()
      #expect(
        changes["changes"]?[0]
          == (try JSONTree(parsing: #"{"change":"changed","of":"route","name":"GET /x","keys":["response"]}"#)))
      try gateway.stopInOrder()
    }

    @Test func aWarningIsTold() throws {
      let gateway = try GatewayProcess(Self.here("one"))
      try gateway.write(
        "backends: { b: { url: http://127.0.0.1:1, breaker: { minimumCalls: 1 } } }\n" + Self.here("two"))
      let answer = try gateway.reload()
      #expect(answer.status == 200 && answer.text.contains("warning: fewer than 5 calls"), "\(answer)")
      #expect(answer.text.hasSuffix("~ GET /here: response\n+ backend b\n"), "\(answer)")
      try gateway.stopInOrder()
    }

    @Test func nobodyElseMayAskForIt() throws {
      let folder = try TemporaryFolder(files: ["token": "s3cret\n", "new": "n3w\n"])
      let settings = "admin: { address: \"127.0.0.1:0\", token: { file: \(folder.path)/token } }\n"
      let gateway = try GatewayProcess(Self.here("one"), gateway: settings)
      try gateway.write(Self.here("two"))
      let token = "Authorization: Bearer s3cret"
      let own = "Host: localhost"
      let attempts: [(lines: [String], status: Int)] = [
        (RawClient.admin, 401), ([own, token], 415), (["Host: evil.example", "X-Weft-Admin: 1", token], 403),
        (RawClient.admin + [token, "Origin: https://evil.example"], 403),
      ]
      for attempt in attempts { #expect(try gateway.reload(headers: attempt.lines).status == attempt.status) }
      #expect(try RawClient.exchange(port: gateway.adminPort, "GET /reload", headers: [token]).status == 405)
      #expect(try gateway.exchange("GET /here").text == "\"one\"")
      // The next one wants the new token.
      try folder.write("n3w\n", to: "token")
      #expect(try gateway.reload(headers: RawClient.admin + [token]).text.contains("~ file \(folder.path)/token\n"))
      #expect(try gateway.reload(headers: RawClient.admin + [token]).status == 401)
      let command = ["reload", "--admin", "127.0.0.1:\(gateway.adminPort)", "--token-file", folder.path + "/new"]
      #expect(try WeftBinary.run(command).output == "nothing changed\n")
      // The folder's own token.
      #expect(try WeftBinary.run(["reload", gateway.path] + command[1...2]).output == "nothing changed\n")
      try gateway.stopInOrder()
    }

    /// Settings of the process that need no restart.
    @Test func settingsAreTakenOver() throws {
      let definition = "routes: { POST /echo: { response: \"${body}\" } }\n"
      let gateway = try GatewayProcess(definition)
      func post() throws -> Int { try gateway.exchange("POST /echo", body: "[\"0123456789\"]").status }
      #expect(try post() == 200)
      try gateway.write(
        "limits: { bodyBytes: 4B }\nlog: { level: error, access: true }\ntrustedProxies: [127.0.0.0/8]\n",
        to: "gateway.yaml")
      #expect(
        try gateway.reload().text == "~ gateway: limits.bodyBytes, trustedProxies, log.level, log.access\n")
      #expect(try post() == 413)
      _ = try gateway.exchange("GET /forwarded", headers: ["X-Forwarded-For: 192.0.2.1"])
      #expect(gateway.logs("client=192.0.2.1"))
      try gateway.write("limits: { requestsInFlight: 1, bodiesInFlight: 1, connections: 1 }\n", to: "gateway.yaml")
      #expect(try gateway.reload().status == 200)
      // The place of the connection before must be free.
      #expect(gateway.waitForHealth { $0["connections"]?.number == 0 })
      let held = try RawClient(port: gateway.port)
      try held.send("POST /echo", headers: ["Content-Length: 12"])
      #expect(gateway.waitForHealth { $0["bodiesInFlight"]?.number == 1 })
      #expect(eventually { (try? gateway.exchange("POST /echo", body: "[]"))?.status == 503 })
      held.stream.close()
      try gateway.stopInOrder()
    }

    /// The folder is put in its place as a whole, as some deployments do.
    @Test func aReplacedFolderIsWatchedAnew() throws {
      let gateway = try GatewayProcess(Self.here("one"), watches: true)
      let next = gateway.path + "-next"
      for text in ["two", "three"] {
        try FileManager.default.createDirectory(atPath: next, withIntermediateDirectories: true)
        try Self.here(text).write(toFile: next + "/main.yaml", atomically: true, encoding: .utf8)
        try FileManager.default.moveItem(atPath: gateway.path, toPath: next + "-old")
        try FileManager.default.moveItem(atPath: next, toPath: gateway.path)
        #expect(eventually { (try? gateway.exchange("GET /here"))?.text == "\"\(text)\"" })
        try FileManager.default.removeItem(atPath: next + "-old")
      }
      try gateway.stopInOrder()
    }
  }
}
