import Foundation
import Testing

extension Behaviour {
  /// What the process finds when it starts: descriptors, processors.
  @Suite struct StartTests {
    static let definition = """
      backends: { b1: { url: "${env.B1}" } }
      routes:
        GET /call: { timeout: 60s, calls: { v: GET b1 /call } }
        GET /static: { response: here }
      """

    @Test func theDescriptorsAreSharedOut() throws {
      let backend = try ScriptedBackend(json: "1")
      defer { backend.stop() }
      let gateway = try GatewayProcess(
        Self.definition, backends: [backend.url], gateway: "threads: 1\nlog: { level: error }\n",
        shell: "ulimit -n 300; exec")
      let said = try #require(gateway.child.output.text.firstMatch(of: #/at most (\d+) client connections/#))
      let most = try #require(Int(said.1))
      #expect(most < 150)
      let kept = try RawClient(port: gateway.port)
      try kept.send("GET /static")
      #expect(try kept.receive()?.status == 200)
      let others = try (1..<400).map { _ in try RawClient(port: gateway.port) }
      try kept.send("GET /call")
      #expect(try kept.receive()?.text == #"{"v":1}"#)
      #expect(try RawClient.exchange(port: gateway.adminPort, "GET /livez").status == 200)
      withExtendedLifetime(others) {}
      try gateway.stopInOrder()
    }

    /// More calls at once than there are descriptors: they wait for one another.
    @Test func callsDoNotTakeAllDescriptors() throws {
      let free = Barrier(2)
      let backend = try ScriptedBackend { $0.target == "/held" ? .json("1").waiting(at: free) : .json("1") }
      defer { backend.stop() }
      let names = (0..<40).map { "c\($0)" }
      let gateway = try GatewayProcess(
        """
        backends: { b1: { url: "${env.B1}" } }
        routes:
          GET /many: { timeout: 60s, calls: { \(names.map { "\($0): GET b1 /\($0)" }.joined(separator: ", ")) } }
          GET /held: { timeout: 60s, calls: { v: GET b1 /held } }
        """, backends: [backend.url], gateway: "threads: 1\n", shell: "ulimit -n 260; exec")
      let held = try RawClient(port: gateway.port)
      try held.send("GET /held")
      backend.waitForRequests(1)
      let answers = try gateway.exchangeAtOnce(8) { _ in "GET /many" }
      #expect(answers.allSatisfy { $0.status == 200 && $0["Weft-Outcome"] == nil })
      #expect(try RawClient.exchange(port: gateway.adminPort, "GET /livez").status == 200)
      #expect(free.arrive())
      #expect(try held.receive()?.text == #"{"v":1}"#)
      try gateway.stopInOrder()
    }

    @Test func theSoftLimitIsRaised() throws {
      let gateway = try GatewayProcess(Self.definition, backends: ["http://127.0.0.1:1"], shell: "ulimit -Sn 64; exec")
      let limits = try String(contentsOfFile: "/proc/\(gateway.child.pid)/limits", encoding: .utf8)
      let line = try #require(limits.split(separator: "\n").first { $0.hasPrefix("Max open files") })
      let words = line.split(separator: " ")
      #expect(words[3] == words[4] && words[3] != "64", "\(line)")
      try gateway.stopInOrder()
    }

    @Test func closedStandardDescriptorsAreFilled() throws {
      let gateway = try GatewayProcess(
        Self.definition, backends: ["http://127.0.0.1:1"], shell: "exec 0<&- 2>&-; exec")
      #expect(try gateway.exchange("GET /static").status == 200)
      for descriptor in [0, 2] {
        let target = try FileManager.default.destinationOfSymbolicLink(
          atPath: "/proc/\(gateway.child.pid)/fd/\(descriptor)")
        #expect(target == "/dev/null")
      }
      try gateway.stopInOrder()
    }

    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/taskset"), "it pins the process"))
    func loopsFollowTheProcessorsOfTheProcess() throws {
      let gateway = try GatewayProcess(
        Self.definition, backends: ["http://127.0.0.1:1"],
        shell: "exec taskset -c $(taskset -cp $$ | sed 's/.*: *\\([0-9]*\\).*/\\1/')")
      #expect(gateway.child.output.text.contains(", 1 loop pairs"))
      try gateway.stopInOrder()
    }
  }
}
