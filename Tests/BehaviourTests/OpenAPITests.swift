import Foundation
import Testing

extension Behaviour {
  /// `weft openapi`, `weft fmt`, `weft --generate-completion-script`, and what `parameters` does to requests.
  @Suite struct OpenAPITests {
    private static let definition = """
      bff: shop
      routes:
        GET /a:
          parameters: { limit: { type: integer, default: 20 } }
          responseHeaders: { x-limit: "${query.limit}" }
          response: { limit: "${query.limit}", other: "${query.other}" }
      """

    @Test func theCommandPrintsWhatTheAdminAddressHas() throws {
      let folder = try TemporaryFolder(files: ["shop.yaml": Self.definition])
      let printed = try WeftBinary.run(["openapi", folder.path])
      #expect(printed.status == 0 && printed.errors.isEmpty, "\(printed)")
      let gateway = try GatewayProcess(Self.definition + "\n", backends: [])
      let served = try RawClient.exchange(port: gateway.adminPort, "GET /openapi.json")
      #expect(served.status == 200 && served["Content-Type"] == "application/json")
      #expect(try served.json()["paths"]?["/a"]?["get"]?["operationId"] == .string("getA"))
      #expect(try gateway.exchange("GET /openapi.json").status == 404)
      try gateway.stopInOrder()
      let yaml = try WeftBinary.run(["openapi", folder.path, "--format", "yaml", "--spec", "3.0"])
      #expect(yaml.status == 0 && yaml.output.hasPrefix("openapi: \"3.0.3\"\n"), "\(yaml)")
      #expect(try WeftBinary.run(["openapi", folder.path, "--spec", "2.0"]).status == 64)
    }

    @Test func aDefaultStandsInForWhatTheQueryDoesNotHave() throws {
      let gateway = try GatewayProcess(Self.definition + "\n", backends: [])
      for (query, limit) in [("", "20"), ("?limit=5", "5"), ("?limit=", ""), ("?other=1", "20")] {
        let answer = try gateway.exchange("GET /a\(query)")
        #expect(try answer.json()["limit"] == .string(limit), "\(query)")
        #expect(answer["x-limit"] == limit, "\(query)")
      }
      try gateway.stopInOrder()
    }

    @Test func filesAreBroughtIntoForm() throws {
      let folder = try TemporaryFolder(files: [
        "a.yaml": "routes:\n    GET /a: {response: 1}   # one\n", "b.yaml": "routes:\n  GET /b: { response: 2 }\n",
      ])
      let named = try WeftBinary.run(["fmt", "--check", folder.path])
      #expect(named.status == 1 && named.output == "\(folder.path)/a.yaml\n", "\(named)")
      let form = try WeftBinary.run(["fmt", folder.path])
      #expect(form.status == 0 && form.output == "\(folder.path)/a.yaml\n", "\(form)")
      let text = try String(contentsOfFile: "\(folder.path)/a.yaml", encoding: .utf8)
      #expect(text == "routes:\n  GET /a: { response: 1 } # one\n")
      #expect(try WeftBinary.run(["fmt", "--check", folder.path]).status == 0)
    }

    @Test func whatIsNoYAMLStaysAsItIs() throws {
      let folder = try TemporaryFolder(files: ["a.yaml": "routes: [\n"])
      let refused = try WeftBinary.run(["fmt", folder.path])
      #expect(refused.status == 1 && refused.errors.contains("a.yaml:2:1: error: YAML"), "\(refused)")
      #expect(try String(contentsOfFile: "\(folder.path)/a.yaml", encoding: .utf8) == "routes: [\n")
      let piped = try WeftBinary.run(["fmt", "-"], input: "a:   1\n")
      #expect(piped.status == 0 && piped.output == "a: 1\n", "\(piped)")
      #expect(try WeftBinary.run(["fmt", "\(folder.path)/none"]).status == 64)
    }

    @Test func theCompositionsAreInForm() throws {
      let checked = try WeftBinary.run(["fmt", "--check", "compositions"], folder: WeftBinary.repository)
      #expect(checked.status == 0, "\(checked)")
    }

    @Test(arguments: ["bash", "zsh", "fish"]) func shellsComplete(_ shell: String) throws {
      let script = try WeftBinary.run(["--generate-completion-script", shell])
      #expect(script.status == 0 && script.output.contains("openapi") && script.output.contains("weft"), "\(script)")
      guard shell == "bash" else { return }
      let folder = try TemporaryFolder(files: ["weft.bash": script.output])
      let read = Process()
      read.executableURL = URL(filePath: "/bin/bash")
      read.arguments = ["-n", "\(folder.path)/weft.bash"]
      try read.run()
      read.waitUntilExit()
      #expect(read.terminationStatus == 0)
    }
  }
}
