import Foundation
import Testing

extension Behaviour {
  /// What the commands print, and their exit statuses.
  @Suite struct CommandLineTests {
    static let good = """
      bff: shop
      prefix: /shop
      backends:
        users: { url: http://127.0.0.1:4001, timeout: 400ms }
      routes:
        GET /dashboard/:id:
          timeout: 800ms
          calls:
            user: { request: "GET users /users/${path.id}", required: true, timeout: 300ms }
            orders: { request: "GET users /orders/${user.id}", fallback: [] }
          response: { name: "${user.name}", orders: "${orders}" }
        ANY /users/*rest: { proxy: "users /users/${path.rest}" }
        GET /about: { response: { about: us } }
      """
    static let bad = """
      backends:
        users: { url: http://127.0.0.1:4001, timout: 400ms }
      routes:
        GET /a/:id:
          calls: { user: "GET usrs /users/${path.idd}" }
        GET /b: { response: "${length(}" }
      """

    @Test(
      arguments: [
        ([], "- id: \"acme\"\n  sha256: HASH\n"),
        (
          ["--expires", "2027-12-31", "--plan", "gold"],
          "- id: \"acme\"\n  sha256: HASH\n  plan: \"gold\"\n  expires: 2027-12-31\n"
        ),
        (
          ["--expires", "2027-12-31T18:00:00+01:00"],
          "- id: \"acme\"\n  sha256: HASH\n  expires: 2027-12-31T18:00:00+01:00\n"
        ),
        (["--redis"], "HSET weft:apikey:HASH id acme\n"),
        (["--redis", "--prefix", "{shop}:"], "HSET '{shop}:apikey:HASH' id acme\n"),
        (["--redis", "--prefix", "shop/ \"a\"$b\\"], "HSET 'shop/ \"a\"$b\\apikey:HASH' id acme\n"),
      ] as [([String], String)])
    func aKeyHasAnEntry(_ more: [String], _ entry: String) throws {
      let made = try WeftBinary.run(["key", "new", "--id", "acme"] + more)
      #expect(made.status == 0 && made.output.replacing(#/[0-9a-f]{64}/#, with: "HASH") == entry, "\(made)")
    }

    @Test(
      arguments: [
        (["--expires", "tomorrow", "--redis"], "`tomorrow` is no date"),
        (["--expires", "2027-02-30"], "`2027-02-30` is no date"),
        (["--prefix", "shop:"], "write --redis with it"), (["--redis", "--prefix", ""], "`` can't stand"),
        (["--redis", "--prefix", "a'b"], "`a'b` can't stand"), (["--redis", "--prefix", "a\nb"], "can't stand"),
      ] as [([String], String)])
    func aKeyWhoseEntryWouldBeNoneIsNotMade(_ more: [String], _ why: String) throws {
      let made = try WeftBinary.run(["key", "new", "--id", "acme"] + more)
      #expect(made.status == 64 && made.output.isEmpty && made.errors.contains(why), "\(made)")
    }

    @Test func checkOfAGoodFolder() throws {
      let folder = try TemporaryFolder(files: ["shop.yaml": Self.good])
      let text = try WeftBinary.run(["check", folder.path])
      #expect(text.status == 0, "\(text)")
      #expect(text.errors.isEmpty)
      let json = try WeftBinary.run(["check", folder.path, "--format", "json"])
      #expect(json.status == 0)
      #expect(try JSONTree(parsing: json.output) == .array([]))
    }

    @Test func checkOfABadFolderTellsAllErrorsOnStandardError() throws {
      let folder = try TemporaryFolder(files: ["bad.yaml": Self.bad])
      let result = try WeftBinary.run(["check", folder.path])
      #expect(result.status == 1)
      #expect(result.output.isEmpty)
      let places = result.errors.matches(of: #/bad\.yaml:(\d+):(\d+): error: /#).map { Int($0.1) }
      #expect(places == [2, 5, 5, 6], "\(result.errors)")
      #expect(result.errors.contains("\(folder.path)/bad.yaml:2:40: error: "), "\(result.errors)")
      for word in ["timout", "timeout", "usrs", "users", "idd"] {
        #expect(result.errors.contains(word), "\(word): \(result.errors)")
      }
    }

    @Test func checkPrintsJSONOnStandardOutput() throws {
      let folder = try TemporaryFolder(files: ["bad.yaml": Self.bad])
      let result = try WeftBinary.run(["check", folder.path, "--format", "json"])
      #expect(result.status == 1)
      #expect(result.errors.isEmpty, "\(result.errors)")
      let list = try JSONTree(parsing: result.output).elements
      #expect(list.map { $0["line"]?.number } == [2, 5, 5, 6])
      for diagnostic in list {
        #expect(Set(diagnostic.names).isSubset(of: ["file", "line", "column", "severity", "message", "hint"]))
        #expect(diagnostic["file"]?.string?.hasSuffix("/bad.yaml") == true)
        #expect(diagnostic["severity"]?.string == "error")
        #expect(diagnostic["message"]?.string?.isEmpty == false)
        #expect((diagnostic["column"]?.number ?? 0) >= 1)
      }
    }

    @Test func aWarningKeepsNothingFromBeingServed() throws {
      let text = Self.good.replacing("timeout: 400ms }", with: "breaker: { minimumCalls: 2 } }")
      let folder = try TemporaryFolder(files: ["shop.yaml": text])
      let check = try WeftBinary.run(["check", folder.path])
      #expect(check.status == 0, "\(check)")
      #expect(check.errors.contains("\(folder.path)/shop.yaml:4:65: warning: "), "\(check.errors)")
      #expect(check.output.contains("1 warning"), "\(check.output)")
      let strict = try WeftBinary.run(["check", folder.path, "--strict"])
      #expect(strict.status == 1, "\(strict)")
      #expect(strict.errors == check.errors.replacing(": warning: ", with: ": error: "))
      let gateway = try GatewayProcess(files: ["shop.yaml": text])
      try gateway.stopInOrder()
      #expect(gateway.child.errors.text.matches(of: #/: warning:/#).count == 1, "\(gateway.child.errors.text)")
    }

    @Test func pathsAreNamedAsTheyWereGiven() throws {
      let folder = try TemporaryFolder()
      try FileManager.default.createDirectory(atPath: folder.path + "/defs", withIntermediateDirectories: true)
      try folder.write(Self.bad, to: "defs/bad.yaml")
      let result = try WeftBinary.run(["check", "defs"], folder: folder.path)
      #expect(result.errors.hasPrefix("defs/bad.yaml:2:"), "\(result.errors)")
    }

    @Test func aMissingOrEmptyFolderIsAnError() throws {
      let folder = try TemporaryFolder()
      for path in [folder.path, folder.path + "/missing"] {
        let result = try WeftBinary.run(["check", path])
        #expect(result.status == 1)
        #expect(result.errors.contains(path), "\(result)")
      }
    }

    @Test func compositionsIsTheDefaultFolder() throws {
      let folder = try TemporaryFolder()
      #expect(try WeftBinary.run(["check"], folder: folder.path).status == 1)
      try FileManager.default.createDirectory(atPath: folder.path + "/compositions", withIntermediateDirectories: true)
      try folder.write(Self.good, to: "compositions/shop.yaml")
      #expect(try WeftBinary.run(["check"], folder: folder.path).status == 0)
    }

    @Test func runRefusesWhatCheckRefuses() throws {
      let folder = try TemporaryFolder(files: ["bad.yaml": Self.bad])
      let arguments = [folder.path, "--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0"]
      let run = try WeftBinary.run(["run"] + arguments)
      let check = try WeftBinary.run(["check", folder.path])
      #expect(run.status == 1)
      #expect(run.errors.contains(check.errors), "\(run)")
    }

    @Test func runSaysInALineEachWhatListensWhereAndHowManyRoutesThereAre() throws {
      let gateway = try GatewayProcess(files: ["shop.yaml": Self.good])
      try gateway.stopInOrder()
      #expect(gateway.child.output.text.contains(#/\b3 routes\b/#), "\(gateway.child.output.text)")
    }

    @Test func runTellsWhereAPortIsTaken() throws {
      let folder = try TemporaryFolder(files: ["shop.yaml": Self.good])
      let backend = try ScriptedBackend(json: "1")
      defer { backend.stop() }
      let taken = "127.0.0.1:\(backend.port)"
      let result = try WeftBinary.run(["run", folder.path, "--listen", taken, "--admin", "127.0.0.1:0"])
      #expect(result.status == 1)
      #expect(result.errors.contains("\(backend.port)"), "\(result)")
    }

    @Test func routesAreListed() throws {
      let folder = try TemporaryFolder(files: ["shop.yaml": Self.good])
      let result = try WeftBinary.run(["routes", folder.path])
      #expect(result.status == 0, "\(result)")
      for part in ["GET", "/shop/dashboard/:id", "ANY", "/shop/users/*rest", "/shop/about", "users"] {
        #expect(result.output.contains(part), "\(part): \(result)")
      }
    }

    @Test func explainTellsCallsAndDeadlines() throws {
      let folder = try TemporaryFolder(files: ["shop.yaml": Self.good])
      let result = try WeftBinary.run(["explain", folder.path, "GET", "/shop/dashboard/42"])
      #expect(result.status == 0, "\(result)")
      for part in ["/shop/dashboard/:id", "user", "orders", "800ms", "300ms", "400ms"] {
        #expect(result.output.contains(part), "\(part): \(result)")
      }
      let unknown = try WeftBinary.run(["explain", folder.path, "GET", "/nowhere"])
      #expect(unknown.status == 1, "\(unknown)")
      let proxied = try WeftBinary.run(["explain", folder.path, "DELETE", "/shop/users/1/x"])
      #expect(proxied.status == 0 && proxied.output.contains("users"), "\(proxied)")
    }

    @Test(arguments: [
      ("a.b", #"{"a":{"b":1.10}}"#, "1.10"), ("a - b", #"{"a":129.99,"b":99.5}"#, "30.49"), ("missing", "{}", "null"),
      ("items[].{id: id}", #"{"items":[{"id":12345678901234567890}]}"#, #"[{"id":12345678901234567890}]"#),
      ("@", " [1e400] ", "[1e400]"),
    ])
    func evalPrintsTheValue(_ expression: String, _ input: String, _ expected: String) throws {
      let result = try WeftBinary.run(["eval", expression], input: input)
      #expect(result.status == 0, "\(result)")
      let text = result.output.filter { !$0.isWhitespace }
      #expect(text == expected)
    }

    @Test func evalTellsWhatIsWrong() throws {
      let syntax = try WeftBinary.run(["eval", "a.[b"], input: "{}")
      #expect(syntax.status == 1 && syntax.errors.contains("^") && syntax.output.isEmpty, "\(syntax)")
      let type = try WeftBinary.run(["eval", "abs('x')"], input: "{}")
      #expect(type.status == 1 && type.errors.contains("abs('x')\n^ argument 1"), "\(type)")
      let input = try WeftBinary.run(["eval", "a"], input: "{a}")
      #expect(input.status == 1 && input.errors.contains("JSON"), "\(input)")
    }

    @Test func versionAndHelp() throws {
      let version = try WeftBinary.run(["version"])
      #expect(version.status == 0 && version.output.contains(#/\d+\.\d+\.\d+/#), "\(version)")
      let help = try WeftBinary.run(["--help"])
      #expect(help.status == 0)
      for command in ["run", "check", "routes", "explain", "eval", "schema", "demo", "version"] {
        #expect(help.output.contains(command), "\(command): \(help)")
        let own = try WeftBinary.run([command, "--help"])
        #expect(own.status == 0 && own.output.contains("USAGE"), "\(own)")
      }
      let unknown = try WeftBinary.run(["frobnicate"])
      #expect(unknown.status != 0 && !unknown.errors.isEmpty)
    }
  }
}
