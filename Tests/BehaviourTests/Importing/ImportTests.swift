import Foundation
import Testing

extension Behaviour {
  /// `weft import` and `weft init`: what they print and write, and their exit statuses.
  @Suite struct ImportTests {
    private static let small =
      #"{"version": 3, "endpoints": [{"endpoint": "/a", "backend": [{"host": ["http://a:8080"], "url_pattern": "/a"}]}]}"#

    @Test func standardInputAndOutput() throws {
      let made = try WeftBinary.run(["import", "krakend", "-"], input: Self.small)
      #expect(made.status == 0 && made.errors.isEmpty, "\(made)")
      #expect(made.output.hasPrefix("# file: api.yaml\n") && made.output.contains("  GET /a:\n"), "\(made)")
    }

    @Test func theListIsToldWithPlaces() throws {
      let text = Self.small.replacing(#""version": 3"#, with: #""version": 3, "plugin": {}"#)
      let made = try WeftBinary.run(["import", "krakend", "-"], input: text)
      #expect(made.status == 0 && made.errors.hasPrefix("-#/plugin: `plugin` is not translated"), "\(made)")
      #expect(made.output.contains("# import: /plugin: `plugin` is not translated"), "\(made)")
    }

    @Test(
      arguments: [
        (["krakend", "-"], "{\n  \"endpoints\": [,]\n}", "weft: -:2:17: invalid JSON"),
        (["krakend", "-"], "{}", "weft: -: this is no configuration of KrakenD"),
        (["krakend", "-"], "a: [", "weft: -:"), (["krakend", "-"], "", "weft: -: the file is empty"),
        (["nginx", "-"], "server {\n listen 80;\n", "weft: -:3:1: the file ends within a block"),
        (["nginx", "-"], "events {}", "weft: -: this is no configuration of nginx"),
        (["openapi", "-"], "openapi: 3.1.0", "weft: -: this is no OpenAPI description"),
        (["krakend", "/nowhere/krakend.json"], "", "weft: /nowhere/krakend.json can't be read"),
      ] as [([String], String, String)])
    func whatCantBeReadIsAnError(_ words: [String], _ input: String, _ error: String) throws {
      let made = try WeftBinary.run(["import"] + words, input: input)
      #expect(made.status == 1 && made.output.isEmpty && made.errors.hasPrefix(error), "\(made)")
    }

    @Test func aKindThatThereIsNotIsOfTheCommand() throws {
      #expect(try WeftBinary.run(["import", "apache", "x"]).status == 64)
    }

    @Test func nothingIsOverwritten() throws {
      let folder = try TemporaryFolder(files: ["api.yaml": "mine"])
      let made = try WeftBinary.run(["import", "krakend", "-", "--out", folder.path], input: Self.small)
      #expect(made.status == 1 && made.errors.contains("api.yaml is there already"), "\(made)")
      #expect(try String(contentsOfFile: "\(folder.path)/api.yaml", encoding: .utf8) == "mine")
    }

    @Test func aPassageThroughCheckIsToldWhereThereIsNone() throws {
      let text = Self.small.replacing("http://a:8080", with: "http://a:99999")
      let made = try WeftBinary.run(["import", "krakend", "-"], input: text)
      #expect(made.status == 0 && made.errors.contains("does not pass `check` yet"), "\(made)")
    }

    // MARK: init

    @Test func initWritesAFolderThatIsGood() throws {
      let folder = try TemporaryFolder()
      let words = ["--backend", "users=http://127.0.0.1:4001", "--backend", "items=https://items.internal/v1"]
      let made = try WeftBinary.run(["init", "\(folder.path)/new"] + words)
      #expect(made.status == 0, "\(made)")
      let names = try FileManager.default.subpathsOfDirectory(atPath: "\(folder.path)/new").sorted()
      #expect(names == ["api.yaml", "gateway.yaml", "tests", "tests/overview.test.yaml"])
      let checked = try WeftBinary.run(["check", "\(folder.path)/new", "--strict"])
      #expect(checked.status == 0, "\(checked)")
      let again = try WeftBinary.run(["init", "\(folder.path)/new"] + words)
      #expect(again.status == 1 && again.errors.contains("nothing is overwritten"), "\(again)")
    }

    @Test func initServesWhatItSays() throws {
      try GatewayProcess.run("routes: { GET /: { response: 1 } }", { _ in .json(#"{"id":42}"#) }) { _, backend in
        let folder = try TemporaryFolder()
        let made = try WeftBinary.run(["init", "\(folder.path)/new", "--backend", "users=\(backend.url)"])
        #expect(made.status == 0, "\(made)")
        let text = try String(contentsOfFile: "\(folder.path)/new/api.yaml", encoding: .utf8)
        let gateway = try GatewayProcess(files: ["api.yaml": text])
        #expect(try gateway.exchange("GET /api/overview/42").text == #"{"users":{"id":42}}"#)
        #expect(try gateway.exchange("POST /api/users/x?a=1", body: "{}").status == 200)
        #expect(backend.lines == ["GET /42", "POST /x?a=1"])
        try gateway.stopInOrder()
      }
    }

    @Test func initAsksOnlyAtATerminal() throws {
      let folder = try TemporaryFolder()
      let asked = try WeftBinary.run(["init", "\(folder.path)/new"])
      #expect(asked.status == 64 && asked.errors.contains("no terminal"), "\(asked)")
      let agreed = try WeftBinary.run(["init", "\(folder.path)/new", "--yes"])
      #expect(agreed.status == 0, "\(agreed)")
    }

    /// A terminal of `script`, of util-linux.
    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/script"), "it makes the terminal"))
    func initAsksForBackends() throws {
      let folder = try TemporaryFolder()
      let binary = try WeftBinary.path()
      let child = try ChildProcess(
        "/usr/bin/script", ["-qec", "\(binary) init \(folder.path)/new", "/dev/null"],
        input: "users\nhttp://users:8080\nbad name\nx\n\n")
      #expect(child.waitForExit() == 0, "\(child.output.text)")
      #expect(child.output.text.contains("A name has letters"))
      let text = try String(contentsOfFile: "\(folder.path)/new/api.yaml", encoding: .utf8)
      #expect(text.contains("    url: http://users:8080\n"))
    }

    @Test(arguments: ["users", "users=ftp://x", "1=http://x", "a b=http://x"])
    func initRefusesWhatIsNoBackend(_ text: String) throws {
      let made = try WeftBinary.run(["init", "/nowhere", "--backend", text])
      #expect(made.status == 64 && made.errors.contains("a backend is name=url"), "\(made)")
    }
  }
}
