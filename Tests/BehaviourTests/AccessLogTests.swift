import Foundation
import Glibc
import Testing

extension Behaviour {
  /// Lines of requests: which there are, what they say, and where they go.
  @Suite struct AccessLogTests {
    private static let definition = """
      backends:
        b1: { url: "${env.B1}" }
      routes:
        GET /static: { response: { a: 1 } }
        GET /page:
          timeout: 2s
          calls:
            me: GET b1 /me
            recs: { request: GET b1 /recs, cache: 1m }
            orders: { request: GET b1 /hangs, fallback: [] }
            none: { request: GET b1 /me, when: "${query.none}" }
          response: { me: "${me}" }
        GET /kept: { cache: 1m, calls: { me: GET b1 /me }, response: 1 }
        GET /hangs: { proxy: b1 /hangs, timeout: 60ms }
        GET /path/:id: { response: 1 }
      """

    private static func backend() throws -> ScriptedBackend {
      try ScriptedBackend { $0.target == "/hangs" ? .fault(.hang) : .json("1") }
    }

    private func lines(_ text: String) -> [Substring] {
      text.split(separator: "\n").filter { $0.contains(" info request ") }
    }

    @Test func callsHaveTheirMarks() throws {
      let backend = try Self.backend()
      defer { backend.stop() }
      let gateway = try GatewayProcess(
        Self.definition, backends: [backend.url], gateway: "log: { access: true }\n")
      for target in ["/page", "/page", "/kept", "/kept"] { _ = try gateway.exchange("GET \(target)") }
      try gateway.stopInOrder()
      let lines = lines(gateway.child.errors.text)
      let expected: [Regex<Substring>] = [
        #/.* calls="me=\d+,recs=\d+,orders=\d+!timeout" path=\/page/#,
        #/.* calls="me=\d+,recs=\d+~cache,orders=\d+!timeout" path=\/page/#,
        #/.* cache=miss .* calls="me=\d+" path=\/kept/#, #/.* cache=hit (?!.* calls=).* path=\/kept/#,
      ]
      #expect(lines.count == expected.count)
      for (line, pattern) in zip(lines, expected) { #expect(line.wholeMatch(of: pattern) != nil, "\(line)") }
    }

    @Test func inJSONEachLineIsAnObject() throws {
      let backend = try Self.backend()
      defer { backend.stop() }
      let gateway = try GatewayProcess(
        Self.definition, backends: [backend.url],
        gateway: "log: { access: true, format: json, level: debug, slow: 50ms }\n")
      for target in ["/page", "/hangs", "/nowhere?secret=1"] { _ = try gateway.exchange("GET \(target)") }
      let client = try RawClient(port: gateway.port)
      try client.sendRaw(Array("GET / HTTP/3.0\r\n\r\n".utf8))
      _ = try client.receive()
      try gateway.stopInOrder()
      let text = gateway.child.errors.text
      let all = try text.split(separator: "\n").map { try JSONTree(parsing: String($0)) }
      for line in all { #expect(line.names.starts(with: ["time", "level", "msg"])) }
      #expect(all.contains { $0["msg"]?.string == "call failed" && $0["call"]?.string == "orders" }, "\(text)")
      let requests = all.filter { $0["msg"]?.string == "request" }
      try #require(requests.count == 4)
      #expect(
        requests[0].names == [
          "time", "level", "msg", "route", "method", "path", "status", "outcome", "bytes", "ms", "client", "request",
          "trace", "protocol", "host", "calls", "waterfall",
        ])
      let calls = try #require(requests[0]["calls"]?.elements)
      #expect(calls.map { $0["name"]?.string } == ["me", "recs", "orders", "none"])
      for call in calls {
        #expect(call.names == ["name", "outcome", "status", "ms", "queue", "attempts", "hedged", "cache"])
      }
      #expect(calls.map { $0["outcome"]?.string } == ["ok", "ok", "timeout", "skipped"])
      #expect(calls.map { $0["status"]?.number } == [200, 200, nil, nil])
      #expect(calls.map { $0["attempts"]?.number } == [1, 1, 1, 0])
      #expect(calls.map { $0["cache"]?.string } == [nil, "miss", nil, nil])
      #expect(requests[0]["waterfall"]?.string?.contains("orders ") == true)
      #expect(requests[1]["outcome"]?.string == "timeout" && requests[1]["calls"]?[0]?["name"]?.string == "b1")
      #expect(requests[2]["path"]?.string == "/nowhere" && requests[2]["route"] == nil)
      #expect(requests[3].names == ["time", "level", "msg", "status", "refused", "why", "bytes", "client", "request"])
      #expect(!text.contains("secret"))
    }

    @Test func slowOnesAreThereWhateverTheSampling() throws {
      let backend = try Self.backend()
      defer { backend.stop() }
      let gateway = try GatewayProcess(
        Self.definition, backends: [backend.url], gateway: "log: { access: true, sample: 0%, slow: 1500ms }\n")
      for target in ["/static", "/page", "/static"] { _ = try gateway.exchange("GET \(target)") }
      try gateway.stopInOrder()
      let lines = lines(gateway.child.errors.text)
      let address = backend.url.replacing("/", with: "\\/")
      let pattern =
        #".* waterfall="me \d+-\d+ ms ok: \#(address) .*200 after \d+ ms; .*; orders \d+-\d+ ms timeout, a fallback stands in: .*timeout after \d+ ms" path=/page"#
      let slow = try Regex(pattern)
      let pages = lines.filter { $0.hasSuffix(" path=/page") }
      #expect(pages.count == 1 && pages[0].wholeMatch(of: slow) != nil, "\(lines)")
      // Others only where the machine was as slow.
      let times = lines.compactMap { $0.firstMatch(of: #/ ms=(\d+) /#).flatMap { Int($0.1) } }
      #expect(times.count == lines.count && times.allSatisfy { $0 >= 1500 })
    }

    /// By the ids that a trusted proxy gives, a second gateway chooses as the first.
    @Test func theSampleIsOfIds() throws {
      let gateways = try (0..<2).map { _ in
        try GatewayProcess(
          Self.definition, backends: ["http://127.0.0.1:1"],
          gateway: "trustedProxies: [127.0.0.1]\nlog: { access: true, sample: 30% }\n")
      }
      let chosen = try gateways.map { gateway in
        for number in 0..<200 {
          let answer = try gateway.exchange("GET /static", headers: ["X-Request-Id: id-\(number)-of-many"])
          #expect(answer["X-Request-Id"] == "id-\(number)-of-many")
        }
        try gateway.stopInOrder()
        return lines(gateway.child.errors.text).compactMap { $0.firstMatch(of: #/request=(\S+)/#)?.1 }
      }
      #expect(chosen[0] == chosen[1] && (30...90).contains(chosen[0].count))
    }

    @Test func fieldsAreOfTheRequest() throws {
      let gateway = try GatewayProcess(
        files: [
          "main.yaml": Self.definition,
          "gateway.yaml": """
          log:
            access: true
            fields:
              agent: "${headers.\\"user-agent\\"}"
              id: "${path.id}"
              both: "${env.PLACE}-${query.q}"
              failing: "${abs(query.q)}"
              tenant: "${claims.tenant}"
          """,
        ], environment: ["B1": "http://127.0.0.1:1", "PLACE": "here"])
      let long = String(repeating: "x", count: 1000)
      _ = try gateway.exchange("GET /path/7?q=1", headers: ["User-Agent: \(long)"])
      _ = try gateway.exchange("GET /static")
      try gateway.stopInOrder()
      let lines = lines(gateway.child.errors.text)
      let agent = String(repeating: "x", count: 128)
      #expect(lines[0].hasSuffix(" agent=\(agent) id=7 both=here-1 path=/path/7"), "\(lines[0])")
      #expect(lines[1].hasSuffix(" both=here- path=/static"), "\(lines[1])")
    }

    // MARK: A file

    @Test func aFileIsOpenedAnewBySIGUSR1() throws {
      let folder = try TemporaryFolder()
      let path = "\(folder.path)/access.log"
      let gateway = try GatewayProcess(
        Self.definition, backends: ["http://127.0.0.1:1"],
        gateway: "log: { access: true, level: debug, file: \"\(path)\" }\n")
      _ = try gateway.exchange("GET /static")
      try waitFor(path) { $0.contains("path=/static\n") }
      try FileManager.default.moveItem(atPath: path, toPath: path + ".1")
      kill(gateway.child.pid, SIGUSR1)
      try waitFor(path) { _ in true }
      _ = try gateway.exchange("GET /path/2")
      try gateway.stopInOrder()
      let texts = try [path + ".1", path].map { try String(contentsOfFile: $0, encoding: .utf8) }
      #expect(texts.map { lines($0).count } == [1, 1] && texts[1].contains("path=/path/2\n"))
      let attributes = try FileManager.default.attributesOfItem(atPath: path)
      #expect((attributes[.posixPermissions] as? Int).map { $0 & ~0o640 } == 0)
      #expect(!gateway.child.errors.text.contains(" info request "))
    }

    @Test func withoutAFileSIGUSR1DoesNothing() throws {
      let gateway = try GatewayProcess(Self.definition, backends: ["http://127.0.0.1:1"])
      kill(gateway.child.pid, SIGUSR1)
      #expect(try gateway.exchange("GET /static").status == 200)
      try gateway.stopInOrder()
    }

    @Test func aFileThatCannotBeOpenedIsSaid() throws {
      let folder = try TemporaryFolder(files: [
        "main.yaml": "routes: { GET /a: { response: 1 } }\n",
        "gateway.yaml": "log: { access: true, file: nowhere/access.log }\n",
      ])
      let command = ["run", folder.path, "--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0"]
      let result = try WeftBinary.run(command)
      let reason = "`log.file`, \(folder.path)/nowhere/access.log, can't be written: No such file or directory"
      #expect(result.status == 1 && result.errors.contains(reason), "\(result)")
      try folder.write("", to: "pipes/none")
      try #require(mkfifo("\(folder.path)/pipes/access.log", 0o600) == 0)
      try folder.write("log: { access: true, file: pipes/access.log }\n", to: "gateway.yaml")
      #expect(try WeftBinary.run(command).errors.contains("can't be written: No such device or address"))
    }

    @Test func aFileThatRefusesLinesIsTold() throws {
      let gateway = try GatewayProcess(
        Self.definition, backends: ["http://127.0.0.1:1"], gateway: "log: { access: true, file: /dev/full }\n")
      _ = try gateway.exchange("GET /static")
      #expect(
        gateway.logs(
          #/ error lines of requests can't be written, and are lost file=\/dev\/full reason="No space left on device"/#)
      )
      #expect(try gateway.exchange("GET /static").status == 200)
      try gateway.stopInOrder()
    }

    @Test func aReloadTakesItOver() throws {
      let folder = try TemporaryFolder()
      let path = "\(folder.path)/access.log"
      let gateway = try GatewayProcess(
        Self.definition, backends: ["http://127.0.0.1:1"], gateway: "log: { access: true }\n")
      _ = try gateway.exchange("GET /path/1")
      #expect(gateway.logs("path=/path/1\n"))
      try gateway.write("log: { access: true, format: json, file: \"\(path)\", slow: 1h }\n", to: "gateway.yaml")
      #expect(try gateway.reload().text == "~ gateway: log.format, log.slow, log.file\n")
      _ = try gateway.exchange("GET /path/2")
      try waitFor(path) { $0.contains("\"path\":\"/path/2\"") }
      try gateway.write("log: { access: true, file: \"/nowhere/access.log\" }\n", to: "gateway.yaml")
      let refused = try gateway.reload()
      #expect(refused.status == 422 && refused.text.contains("`log.file`, /nowhere/access.log, can't be written"))
      try gateway.write("log: { access: true }\n", to: "gateway.yaml")
      #expect(try gateway.reload().status == 200)
      _ = try gateway.exchange("GET /path/3")
      #expect(gateway.logs("path=/path/3\n"))
      #expect(try !gateway.hasOpen(path) || waitUntilClosed(path, gateway))
      try gateway.stopInOrder()
      #expect(!gateway.child.errors.text.contains("/path/2"))
    }

    private func waitUntilClosed(_ path: String, _ gateway: GatewayProcess) throws -> Bool {
      let deadline = Patience.deadline
      while deadline.timeIntervalSinceNow > 0 {
        if try !gateway.hasOpen(path) { return true }
        usleep(5_000)
      }
      return false
    }

    private func waitFor(_ path: String, _ isRight: (String) -> Bool) throws {
      let deadline = Patience.deadline
      while deadline.timeIntervalSinceNow > 0 {
        if let text = try? String(contentsOfFile: path, encoding: .utf8), isRight(text) { return }
        usleep(5_000)
      }
      Issue.record("\(path) never said what it should")
    }

    @Test func trustedProxiesAreToldHowLongCallsTook() throws {
      let backend = try Self.backend()
      defer { backend.stop() }
      let gateway = try GatewayProcess(
        Self.definition, backends: [backend.url], gateway: "trustedProxies: [127.0.0.1]\n")
      let answer = try gateway.exchange("GET /page")
      let pattern = #/me;dur=\d+, recs;dur=\d+, orders;dur=\d+;desc="timeout"/#
      #expect(answer["Server-Timing"]?.wholeMatch(of: pattern) != nil, "\(answer)")
      try gateway.stopInOrder()
    }
  }
}
