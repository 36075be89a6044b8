import Foundation
import Testing

extension Behaviour {
  /// `/livez`, `/readyz` and `/health` on the admin address, and nowhere else.
  @Suite struct AdminTests {
    @Test func adminAnswersOnItsOwnPort() throws {
      let gateway = try GatewayProcess(
        "routes:\n  GET /static: { response: here }\n", backends: [])
      for path in ["/livez", "/readyz", "/health"] {
        let response = try RawClient.exchange(port: gateway.adminPort, "GET \(path)")
        #expect(response.status == 200, "\(path)")
        #expect(try gateway.exchange("GET \(path)").status == 404, "\(path)")
      }
      #expect(try RawClient.exchange(port: gateway.adminPort, "GET /static").status == 404)
      #expect(try RawClient.exchange(port: gateway.adminPort, "POST /livez").status == 405)
      try gateway.stopInOrder()
    }

    /// A form, a script of another page, and a page whose own name was made to mean this address.
    @Test func silentConnectionsDoNotStarveProbes() throws {
      let gateway = try GatewayProcess("routes:\n  GET /static: { response: here }\n", backends: [])
      let silent = try (0..<64).map { _ in try RawClient(port: gateway.adminPort) }
      for client in silent.prefix(32) { try client.sendRaw("GET /li") }
      for _ in 0..<3 {
        let client = try RawClient(port: gateway.adminPort)
        try client.send("GET /livez")
        #expect(try client.receive()?.status == 200)
      }
      try gateway.stopInOrder()
    }

    @Test func noWebPageCanPurge() throws {
      let gateway = try GatewayProcess("routes:\n  GET /static: { response: here }\n", backends: [])
      let own = "Host: 127.0.0.1:\(gateway.adminPort)"
      let json = "Content-Type: application/json"
      let attempts: [(lines: [String], status: Int)] = [
        ([own], 415), ([own, "Content-Type: text/plain"], 415), (["Host: evil.example", json], 403),
        ([own, json, "Origin: https://evil.example"], 403), ([own, json, "Origin: null"], 403), ([own, json], 200),
        ([own, "X-Weft-Admin: 1", "Origin: http://127.0.0.1:\(gateway.adminPort)"], 200),
      ]
      for attempt in attempts {
        let answer = try RawClient.exchange(
          port: gateway.adminPort, "POST /purge?all=true", headers: attempt.lines)
        #expect(answer.status == attempt.status, "\(attempt.lines)")
      }
      try gateway.stopInOrder()
    }

    @Test func aTokenIsAskedOfAllButProbes() throws {
      let folder = try TemporaryFolder(files: ["token": "s3cret-of-the-admin\n", "other": "another\n"])
      let gateway = try GatewayProcess(
        "routes:\n  GET /static: { response: here }\n",
        gateway: "admin: { address: \"0.0.0.0:0\", token: { file: \(folder.path)/token } }\n")
      func status(_ line: String, _ headers: [String] = []) throws -> Int {
        try RawClient.exchange(port: gateway.adminPort, line, headers: headers).status
      }
      #expect(try status("GET /livez") == 200)
      #expect(try status("GET /readyz") == 200)
      #expect(try status("GET /health") == 401)
      #expect(try status("POST /purge?all", RawClient.admin) == 401)
      #expect(try status("GET /health", ["Authorization: Bearer s3cret-of-the-admin"]) == 200)
      let purge = ["purge", "--all", "--admin", "127.0.0.1:\(gateway.adminPort)"]
      #expect(try WeftBinary.run(purge).status == 1)
      #expect(try WeftBinary.run(purge + ["--token-file", folder.path + "/other"]).status == 1)
      #expect(try WeftBinary.run(purge + ["--token-file", folder.path + "/none"]).status == 64)
      #expect(try WeftBinary.run(purge + ["--token-file", folder.path + "/token"]).status == 0)
      try gateway.stopInOrder()
    }

    @Test func anOpenAddressWithoutATokenIsRefused() throws {
      let folder = try TemporaryFolder(files: ["main.yaml": "routes: { GET /static: { response: here } }\n"])
      let result = try WeftBinary.run(["run", folder.path, "--listen", "127.0.0.1:0", "--admin", "0.0.0.0:0"])
      #expect(result.status == 1 && result.errors.contains("needs a `token`"), "\(result)")
    }

    @Test func readinessEndsBeforeTheProcessDoes() throws {
      let free = Barrier(2)
      let backend = try ScriptedBackend { _ in .json("1").waiting(at: free) }
      defer { backend.stop() }
      let gateway = try GatewayProcess(
        "backends: { b1: { url: \"${env.B1}\" } }\nroutes:\n  GET /call: { calls: { v: GET b1 /call } }\n",
        backends: [backend.url])
      let client = try RawClient(port: gateway.port)
      try client.send("GET /call")
      backend.waitForRequests(1)
      let probe = try RawClient(port: gateway.adminPort)
      try probe.send("GET /readyz")
      #expect(try probe.receive()?.status == 200)
      gateway.child.terminate()
      #expect(readinessEnds(gateway.adminPort))
      #expect(free.arrive())
      #expect(try client.receive()?.status == 200)
      #expect(gateway.child.waitForExit() == 0)
    }

    /// Whether `/readyz` stops to answer 200 (503, or nobody answers any more).
    private func readinessEnds(_ port: UInt16) -> Bool {
      let deadline = Patience.deadline
      while deadline.timeIntervalSinceNow > 0 {
        if (try? RawClient.exchange(port: port, "GET /readyz"))?.status != 200 { return true }
        usleep(5_000)
      }
      return false
    }
  }
}
