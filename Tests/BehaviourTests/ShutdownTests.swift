import Foundation
import Glibc
import Testing

extension Behaviour {
  /// The end of the process, and of requests whose client has left.
  @Suite struct ShutdownTests {
    static let definition = """
      backends:
        b1: { url: "${env.B1}" }
      routes:
        GET /call: { calls: { v: GET b1 /call, w: GET b1 /other } }
        GET /each: { calls: { v: { each: "${`[1,2,3]`}", request: "GET b1 /item/${item}" } } }
        POST /call: { calls: { v: { request: "POST b1 /call", body: {} } } }
        ANY /proxy: { proxy: b1 /proxy }
      """

    @Test(arguments: ["/call", "/proxy"])
    func whatRunsIsFinishedAndNothingIsAccepted(_ path: String) throws {
      let free = Barrier(path == "/call" ? 3 : 2)
      let backend = try ScriptedBackend { _ in .json("1").waiting(at: free) }
      defer { backend.stop() }
      let gateway = try GatewayProcess(Self.definition, backends: [backend.url])
      let client = try RawClient(port: gateway.port)
      try client.send("GET \(path)")
      backend.waitForRequests(path == "/call" ? 2 : 1)
      gateway.child.terminate()
      gateway.waitUntilRefused()
      #expect(!gateway.child.hasEnded)
      #expect(free.arrive())
      let response = try #require(try client.receive())
      #expect(response.status == 200 && response.isComplete)
      #expect(client.stream.peerIsGone(waiting: 10_000))
      #expect(gateway.child.waitForExit() == 0, "\(gateway.child.errors.text)")
    }

    @Test func idleConnectionsDoNotHoldItUp() throws {
      let backend = try ScriptedBackend(json: "1")
      defer { backend.stop() }
      let gateway = try GatewayProcess(Self.definition, backends: [backend.url])
      let used = try RawClient(port: gateway.port)
      try used.send("GET /call")
      #expect(try used.receive()?.status == 200)
      let unused = try RawClient(port: gateway.port)
      #expect(try gateway.stop() == 0)
      #expect(used.stream.peerIsGone(waiting: 1_000))
      #expect(unused.stream.peerIsGone(waiting: 1_000))
    }

    @Test(arguments: ["/call", "/proxy"])
    func whatTheDrainTimeCutsOffIsTold(_ path: String) throws {
      let backend = try ScriptedBackend { _ in .fault(.hang) }
      defer { backend.stop() }
      let gateway = try GatewayProcess(
        Self.definition, backends: [backend.url], gateway: "shutdown: { drain: 200ms }\n")
      let client = try RawClient(port: gateway.port)
      try client.send("GET \(path)")
      backend.waitForRequests(1)
      #expect(try gateway.stop() == 1)
      #expect(!gateway.child.errors.text.isEmpty)
    }

    /// Whoever was accepted is answered, and told before the connection ends. Later ones are refused.
    @Test func nobodyIsResetByTheEnd() throws {
      let backend = try ScriptedBackend(json: "1")
      defer { backend.stop() }
      let gateway = try GatewayProcess(Self.definition, backends: [backend.url], gateway: "threads: 2\n")
      let crowd = LeavingCrowd(port: gateway.port, kept: 60, single: 8)
      crowd.waitForAnswers(200)
      gateway.child.terminate()
      #expect(crowd.failures() == [])
      #expect(gateway.child.waitForExit() == 0, "\(gateway.child.errors.text)")
    }

    @Test func duringTheDelayEverythingIsAcceptedAndToldToLeave() throws {
      let backend = try ScriptedBackend(json: "1")
      defer { backend.stop() }
      let gateway = try GatewayProcess(
        Self.definition, backends: [backend.url], gateway: "shutdown: { delay: 10m }\n")
      let kept = try RawClient(port: gateway.port)
      try kept.send("GET /call")
      #expect(try kept.receive()?["Connection"] == nil)
      gateway.child.terminate()
      #expect(waitUntilNotReady(gateway))
      #expect(try RawClient.exchange(port: gateway.adminPort, "GET /livez").status == 200)
      for path in ["/call", "/proxy"] {
        let late = try gateway.exchange("GET \(path)")
        #expect(late.status == 200 && late["Connection"] == "close")
      }
      #expect(!kept.stream.peerIsGone())
      try kept.send("GET /call")
      let last = try #require(try kept.receive())
      #expect(last.status == 200 && last["Connection"] == "close")
      #expect(kept.stream.peerIsGone(waiting: 10_000))
      gateway.child.terminate()
      #expect(gateway.child.waitForExit() != nil)
    }

    @Test func interruptsEndItLikewise() throws {
      let gateway = try GatewayProcess(Self.definition, backends: ["http://127.0.0.1:1"])
      kill(gateway.child.pid, SIGINT)
      #expect(gateway.child.waitForExit() == 0)
    }

    @Test(arguments: [("GET /call", 2), ("GET /each", 3), ("POST /call", 1), ("GET /proxy", 1)])
    func aClientThatLeavesCancelsItsCalls(_ request: String, _ calls: Int) throws {
      let backend = try ScriptedBackend { _ in .fault(.hang) }
      defer { backend.stop() }
      let gateway = try GatewayProcess(Self.definition, backends: [backend.url])
      let client = try RawClient(port: gateway.port)
      try client.send(request, body: request.hasPrefix("POST") ? Array("{}".utf8) : nil)
      backend.waitForRequests(calls)
      client.stream.close()
      #expect(backend.waitForAbandonments(calls))
      try gateway.stopInOrder()
    }

    private func waitUntilNotReady(_ gateway: GatewayProcess) -> Bool {
      let deadline = Patience.deadline
      while deadline.timeIntervalSinceNow > 0 {
        if (try? RawClient.exchange(port: gateway.adminPort, "GET /readyz"))?.status == 503 { return true }
        usleep(5_000)
      }
      return false
    }
  }
}
