import Foundation
import Glibc
import Testing

extension Behaviour {
  /// One process in place of another, on the same sockets.
  @Suite struct TakeoverTests {
    private static func definition(_ text: String) -> String {
      """
      backends: { b1: { url: "${env.B1}" } }
      routes:
        GET /call: { timeout: 60s, calls: { v: GET b1 /call }, response: { of: \(text), v: "${v}" } }
        GET /who: { response: \(text) }
      """
    }

    /// Kept and single connections, 50 reloads, and two exchanges of the process.
    @Test func underLoadNoRequestFails() throws {
      let backend = try ScriptedBackend(json: "1")
      defer { backend.stop() }
      let first = try GatewayProcess(Self.definition("a0"), backends: [backend.url], gateway: "threads: 2\n")
      let crowd = LeavingCrowd(port: first.port, kept: 20, single: 8)
      crowd.waitForAnswers(100)
      for number in 1...50 {
        try first.write(Self.definition("a\(number)"))
        #expect(try first.reload().text == "~ GET /call: response\n~ GET /who: response\n")
      }
      try first.write(Self.definition("b"))
      let second = try GatewayProcess(takingOverFrom: first, environment: ["B1": backend.url])
      #expect(first.child.waitForExit() == 0, "\(first.child.errors.text)")
      #expect(first.logs("another process has taken over"))
      #expect(try second.exchange("GET /who").text == "\"b\"")
      crowd.waitForMore(200)
      let third = try GatewayProcess(takingOverFrom: second, environment: ["B1": backend.url])
      #expect(second.child.waitForExit() == 0, "\(second.child.errors.text)")
      crowd.waitForMore(200)
      #expect(third.port == first.port && third.adminPort == first.adminPort)
      third.child.terminate()
      #expect(crowd.failures() == [])
      #expect(third.child.waitForExit() == 0, "\(third.child.errors.text)")
    }

    /// What runs ends in the old process, which says that its connection ends; idle ones are closed; the admin address is
    /// the new one's at once.
    @Test func whatRunsEndsInTheOldProcess() throws {
      let free = Barrier(2)
      let backend = try ScriptedBackend { _ in .json("1").waiting(at: free) }
      defer { backend.stop() }
      let first = try GatewayProcess(
        Self.definition("old"), backends: [backend.url], gateway: "shutdown: { delay: 10m, drain: 10m }\n")
      let idle = try RawClient(port: first.port)
      try idle.send("GET /who")
      #expect(try idle.receive()?.text == "\"old\"")
      let running = try RawClient(port: first.port)
      try running.send("GET /call")
      backend.waitForRequests(1)
      try first.write(Self.definition("new"))
      try first.write("shutdown: { drain: 10m }\n", to: "gateway.yaml")
      let second = try GatewayProcess(takingOverFrom: first, environment: ["B1": backend.url])
      #expect(idle.stream.peerIsGone(waiting: 10_000))
      #expect(!first.child.hasEnded)
      #expect(try RawClient.exchange(port: second.adminPort, "GET /readyz").text == "ready\n")
      #expect(try second.reload().text == "nothing changed\n")
      #expect(try second.exchange("GET /who").text == "\"new\"")
      #expect(free.arrive())
      let answer = try #require(try running.receive())
      #expect(answer.text == #"{"of":"old","v":1}"# && answer["Connection"] == "close")
      #expect(first.child.waitForExit() == 0, "\(first.child.errors.text)")
      try second.stopInOrder()
    }

    @Test func overHTTP2ClientsAreToldToLeave() throws {
      let first = try HTTP2Gateway.start()
      let client = try HTTP2Client(port: first.port)
      try client.request(1)
      #expect(try client.answer(to: 1).status == 200)
      let second = try GatewayProcess(takingOverFrom: first, environment: ["B1": "http://127.0.0.1:1"])
      #expect(try client.end() == .noError)
      #expect(first.child.waitForExit() == 0, "\(first.child.errors.text)")
      try second.stopInOrder()
    }

    /// It does not start, and nobody notices.
    @Test func aProcessThatDoesNotServeTakesNothing() throws {
      let first = try GatewayProcess(Self.definition("old"), backends: ["http://127.0.0.1:1"])
      let kept = try RawClient(port: first.port)
      let taken = try GatewayProcess(Self.definition("x"), backends: ["http://127.0.0.1:1"])
      let wrong: [(files: [String: String], why: String)] = [
        (["main.yaml": "routes: { GET /who: { respnse: new } }\n"], "respnse"),
        (
          [
            "main.yaml": "routes: { GET /who: { response: new } }\n",
            "gateway.yaml": "listen: [\"127.0.0.1:\(first.port)\", \"127.0.0.1:\(taken.port)\"]\n",
          ], "cannot listen on 127.0.0.1:\(taken.port)"
        ),
      ]
      for (files, why) in wrong {
        let folder = try TemporaryFolder(files: files)
        let addresses = ["--listen", "127.0.0.1:\(first.port)", "--admin", "127.0.0.1:\(first.adminPort)"]
        let next = try WeftBinary.run(["run", folder.path, "--takeover"] + addresses)
        #expect(next.status == 1 && next.errors.contains(why), "\(next)")
      }
      #expect(first.logs("does not serve; this one goes on"))
      try kept.send("GET /who")
      #expect(try kept.receive()?["Connection"] == nil)
      #expect(try first.exchange("GET /who").text == "\"old\"")
      // And it may still be taken over.
      let second = try GatewayProcess(takingOverFrom: first, environment: ["B1": "http://127.0.0.1:1"])
      #expect(first.child.waitForExit() == 0)
      try second.stopInOrder()
      try taken.stopInOrder()
    }

    @Test(.enabled(if: geteuid() == 0, "it becomes another user"))
    func anotherUserGetsNothing() throws {
      let gateway = try GatewayProcess(Self.definition("a"), backends: ["http://127.0.0.1:1"])
      let ask = """
        import socket
        door = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        door.connect("\\0weft-takeover/127.0.0.1:\(gateway.adminPort)")
        words, rights, _, _ = door.recvmsg(300, 4096)
        print(len(words), len(rights))
        """
      for (user, answer) in [("65534", "0 0\n"), ("0", "19 1\n")] {
        let stranger = try ChildProcess(
          "/usr/bin/setpriv", ["--reuid", user, "--clear-groups", "/usr/bin/python3", "-c", ask])
        #expect(stranger.waitForExit() == 0 && stranger.output.text == answer, "\(stranger.errors.text)")
      }
      #expect(gateway.logs("another user wants to take over"))
      try gateway.stopInOrder()
    }

    @Test func whereNothingRunsItStarts() throws {
      let gateway = try GatewayProcess(Self.definition("a"), backends: ["http://127.0.0.1:1"])
      let (port, admin) = (gateway.port, gateway.adminPort)
      try gateway.stopInOrder()
      let next = try GatewayProcess(takingOverFrom: gateway, environment: ["B1": "http://127.0.0.1:1"])
      #expect(next.port == port && next.adminPort == admin)
      #expect(next.logs("there is nothing to take over"))
      try next.stopInOrder()
    }

    @Test func theBinaryIsExchangedBySIGUSR2() throws {
      let folder = try TemporaryFolder(files: ["main.yaml": Self.definition("a")])
      let first = try GatewayProcess(Self.definition("a"), backends: ["http://127.0.0.1:1"])
      // Its addresses are such that another process can be started with them.
      let second = try GatewayProcess(takingOverFrom: first, environment: ["B1": "http://127.0.0.1:1"])
      #expect(first.child.waitForExit() == 0)
      try second.write(Self.definition("b"))
      kill(second.child.pid, SIGUSR2)
      #expect(second.child.waitForStatus() == 0)
      #expect(try second.exchange("GET /who").text == "\"b\"")
      let said = try #require(
        second.child.output.wait { $0.matches(of: #/admin on/#).count == 2 ? $0 : nil })
      #expect(said.contains("stopping: finishing what runs"))
      // The system's table leaves one out now and then, where it changes while it is read.
      var listener: pid_t?
      for _ in 0..<100 where listener == nil { listener = try Self.listener(of: second.port) }
      let third = try #require(listener)
      #expect(third != second.child.pid)
      kill(third, SIGTERM)
      second.waitUntilRefused()
      withExtendedLifetime(folder) {}
    }

    /// The file stays, and is removed by the last one.
    @Test func aUnixSocketIsHandedOverWithItsFile() throws {
      let folder = try TemporaryFolder()
      let path = "\(folder.path)/weft.sock"
      let first = try GatewayProcess(
        Self.definition("old"), backends: ["http://127.0.0.1:1"], gateway: "listen: [\"x:1\", \"unix:\(path)\"]\n")
      try first.write(Self.definition("new"))
      let second = try GatewayProcess(takingOverFrom: first, environment: ["B1": "http://127.0.0.1:1"])
      #expect(first.child.waitForExit() == 0)
      #expect(try Curl.run("--unix-socket", path, "http://x/who") == "\"new\"")
      try second.stopInOrder()
      #expect(!FileManager.default.fileExists(atPath: path))
    }

    /// The process that listens on a port of loopback, by /proc.
    private static func listener(of port: UInt16) throws -> pid_t? {
      let hex = String(port, radix: 16, uppercase: true)
      let address = "0100007F:" + String(repeating: "0", count: 4 - hex.count) + hex
      let table = try String(contentsOfFile: "/proc/net/tcp", encoding: .utf8).split(separator: "\n")
      let fields = table.map { $0.split(separator: " ") }.first { $0.count > 9 && $0[1] == address && $0[3] == "0A" }
      guard let inode = fields?[9] else { return nil }
      return try FileManager.default.contentsOfDirectory(atPath: "/proc").compactMap { pid_t($0) }.first { pid in
        let files = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(pid)/fd")) ?? []
        return files.contains {
          (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(pid)/fd/\($0)")) == "socket:[\(inode)]"
        }
      }
    }
  }
}
