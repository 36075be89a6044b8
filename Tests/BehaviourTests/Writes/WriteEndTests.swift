import TestSockets
import Testing

extension Behaviour {
  /// What is said and counted of writes once they have ended, and what undoes them.
  @Suite struct WriteEndTests {
    /// No write is begun until what waits at `barrier` has ended.
    private static func expectRoom(_ gateway: GatewayProcess, once barrier: Barrier) throws {
      #expect(try gateway.exchange("POST /first").status == 503)
      #expect(barrier.arrive())
      #expect(gateway.waitForHealth { $0["writes"]?["detached"]?.number == 0 })
      #expect(try gateway.exchange("POST /first").status == 200)
    }

    @Test func doubtIsLoggedAndCounted() throws {
      try GatewayProcess.run(
        """
        backends: { b1: { url: "${env.B1}" } }
        routes: { POST /pay: { calls: { pay: POST b1 /pay } } }
        """, { _ in .json("{}", status: 500) }
      ) { gateway, _ in
        let answer = try gateway.exchange("POST /pay")
        #expect(answer.status == 200)
        #expect(gateway.logs(#/ warning write in doubt .*call=pay/#))
        #expect(
          gateway.waitForHealth { $0["writes"]?["inDoubt"]?.number == 1 && $0["writes"]?["running"]?.number == 0 })
      }
    }

    /// Secrets may be in a path, too: what comes out of the environment or a header stands in the log as it is written.
    @Test func whatMayBeASecretIsNotLogged() throws {
      let definition = """
        backends: { b1: { url: "${env.B1}", forward: [x-token] } }
        routes:
          POST /pay/:id:
            calls:
              pay:
                request: POST b1 /pay
                compensate: "DELETE b1 /pay/${path.id}/${env.TOKEN}/a${headers.x-token}?key=${env.TOKEN}"
              order: { request: POST b1 /order, required: true, after: [pay] }
        """
      let backend = try ScriptedBackend { $0.target == "/pay" ? .json("{}") : .json("{}", status: 409) }
      defer { backend.stop() }
      let gateway = try GatewayProcess(
        files: ["main.yaml": definition.replacing("headers.x-token", with: #"headers.\"x-token\""#)],
        environment: ["B1": backend.url, "TOKEN": "s3cret"])
      #expect(try gateway.exchange("POST /pay/7", headers: ["X-Token: hidden"]).status == 409)
      #expect(backend.lines.last == "DELETE /pay/7/s3cret/ahidden?key=s3cret")
      let path = #/ error compensation failed .*target="\/pay\/7\/\$\{env\.TOKEN\}\/a\$\{headers\..*\}"/#
      #expect(gateway.logs(path), "\(gateway.child.errors.text)")
      try gateway.stopInOrder()
      #expect(!gateway.child.errors.text.contains("s3cret") && !gateway.child.errors.text.contains("hidden"))
    }

    /// A status that says that there is nothing is no doubt where it is one of success.
    @Test func whatIsAbsentByASuccessIsDone() throws {
      try GatewayProcess.run(
        """
        backends: { b1: { url: "${env.B1}" } }
        routes:
          POST /pay:
            calls:
              pay: { request: POST b1 /pay, absent: [204], required: true, compensate: DELETE b1 /pay, compensateOn: [failure] }
              order: { request: POST b1 /order, required: true, after: [pay] }
        """, { $0.target == "/order" ? .json("{}", status: 409) : ScriptedAnswer(status: 204) }
      ) { gateway, backend in
        let answer = try gateway.exchange("POST /pay")
        #expect(answer.status == 409 && answer["weft-outcome"]?.contains("pay;outcome=absent;compensated=done") == true)
        #expect(backend.lines == ["POST /pay", "POST /order", "DELETE /pay"])
        #expect(
          gateway.waitForHealth { $0["writes"]?["compensated"]?.number == 1 && $0["writes"]?["inDoubt"]?.number == 0 })
      }
    }

    /// A backend that may be asked twice has its `retry` for writes, and none for what undoes them.
    @Test func anUndoingIsRepeatedByItsOwnRuleAlone() throws {
      try GatewayProcess.run(
        """
        backends: { b1: { url: "${env.B1}", idempotent: true, retry: { attempts: 3, on: [503], budget: 100% } } }
        routes:
          POST /pay:
            calls:
              pay: { request: POST b1 /pay, required: true, compensate: { request: DELETE b1 /pay, retry: { backoff: 1ms } } }
              order: { request: POST b1 /order, required: true, after: [pay] }
        """,
        { $0.target == "/order" ? .json("{}", status: 409) : .json("{}", status: $0.line == "DELETE /pay" ? 503 : 200) }
      ) { gateway, backend in
        let answer = try gateway.exchange("POST /pay")
        #expect(answer.status == 409)
        #expect(backend.lines.filter { $0 == "DELETE /pay" }.count == 3)
      }
    }

    /// What undoes a write is judged by its status: the body may be anything, and end anywhere.
    @Test(arguments: ["no JSON", "broken off", "too large", "not in its coding"])
    func anUndoingCountsByItsStatus(_ body: String) throws {
      try GatewayProcess.run(
        """
        backends: { b1: { url: "${env.B1}", maxResponse: 1KiB } }
        routes:
          POST /pay:
            calls:
              pay: { request: POST b1 /pay, required: true, compensate: DELETE b1 /pay }
              order: { request: POST b1 /order, required: true, after: [pay] }
        """,
        { request in
          if request.target == "/order" { return .json("{}", status: 409) }
          guard request.line == "DELETE /pay" else { return .json("{}") }
          var answer = ScriptedAnswer.json(body == "too large" ? String(repeating: "x", count: 2000) : "}")
          if body == "broken off" { (answer.missing, answer.then) = (10, .close) }
          if body == "not in its coding" { answer.headers = ["Content-Encoding: gzip"] }
          return answer
        }
      ) { gateway, backend in
        let answer = try gateway.exchange("POST /pay")
        #expect(answer.status == 409 && answer["weft-outcome"]?.contains("pay;outcome=ok;compensated=done") == true)
        #expect(backend.lines == ["POST /pay", "POST /order", "DELETE /pay"])
      }
    }

    /// So is a write that is refused: what is undone in its name may be another's.
    @Test func aRefusalCountsByItsStatus() throws {
      try GatewayProcess.run(
        """
        backends: { b1: { url: "${env.B1}" } }
        routes: { POST /pay: { calls: { pay: { request: POST b1 /pay, required: true, compensate: DELETE b1 /pay } } } }
        """,
        { _ in
          var answer = ScriptedAnswer.json("{", status: 409)
          (answer.missing, answer.then) = (10, .close)
          return answer
        }
      ) { gateway, backend in
        let answer = try gateway.exchange("POST /pay")
        #expect(answer.status == 409 && answer["weft-outcome"]?.hasPrefix("pay;outcome=status;status=409;dur=") == true)
        #expect(backend.lines == ["POST /pay"])
      }
    }

    /// What comes for those whose clients have left counts, too.
    @Test func whatComesBehindTheClientIsBounded() throws {
      let barrier = Barrier(2)
      try GatewayProcess.run(
        """
        backends: { b1: { url: "${env.B1}" } }
        routes:
          POST /first: { calls: { first: POST b1 /first } }
          POST /all:
            timeout: 60s
            calls:
              hold: POST b1 /hold
              large: { request: POST b1 /large, after: [hold] }
              last: { request: POST b1 /last, after: [large] }
        """, gateway: "writes: { detachedBytes: 1MiB }\n",
        { request in
          switch request.target {
          case "/large": .json("\"\(String(repeating: "x", count: 2_000_000))\"")
          case "/last": .json("{}").waiting(at: barrier)
          default: .json("{}")
          }
        }
      ) { gateway, backend in
        try gateway.leave("POST /all", after: 3, of: backend)
        #expect(gateway.waitForHealth { $0["writes"]?["detached"]?.number == 1 })
        try Self.expectRoom(gateway, once: barrier)
      }
    }

    /// So does the client's own body, which may be needed to undo what was done.
    @Test func theBodyOfWhoLeavesIsBounded() throws {
      let barrier = Barrier(2)
      try GatewayProcess.run(
        """
        backends: { b1: { url: "${env.B1}" } }
        routes:
          POST /first: { calls: { first: POST b1 /first } }
          POST /all:
            timeout: 200ms
            calls:
              last: { request: POST b1 /last, required: true, compensate: { request: DELETE b1 /last, body: "${body}" } }
        """, gateway: "writes: { detachedBytes: 1MiB }\nlimits: { bodyBytes: 4MiB }\n",
        { $0.target == "/last" ? .json("{}").waiting(at: barrier) : .json("{}") }
      ) { gateway, _ in
        let body = "\"" + String(repeating: "x", count: 2_000_000) + "\""
        let headers = ["Content-Type: application/json"]
        let answer = try gateway.exchange("POST /all", headers: headers, body: body)
        #expect(answer.status == 504)
        try Self.expectRoom(gateway, once: barrier)
      }
    }
  }
}
