import Foundation
import Glibc
import Testing

extension Behaviour {
  /// Golden cases: each file of Cases/explain begins with a command, and holds what it prints. `WEFT_UPDATE=1` writes
  /// them anew; read the difference before committing it.
  @Suite struct ExplainTests {
    static let folder = CaseFile.folder + "/explain"
    static let cases =
      (try? FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".txt") }.sorted()) ?? []

    @Test func thereAreCases() {
      #expect(Self.cases.count >= 25)
    }

    /// A file of keys that others can read is warned about: however the repository was checked out, this one is not.
    init() { #expect(chmod(Self.folder + "/identified/keys.yaml", 0o600) == 0) }

    @Test(arguments: cases) func explains(_ name: String) throws {
      let path = "\(Self.folder)/\(name)"
      let golden = try GoldenCommand(String(contentsOfFile: path, encoding: .utf8))
      let printed = try golden.run(in: Self.folder)
      if ProcessInfo.processInfo.environment["WEFT_UPDATE"] == "1" {
        try "$ \(golden.command)\n\(printed)".write(toFile: path, atomically: true, encoding: .utf8)
      }
      #expect(try GoldenCommand(String(contentsOfFile: path, encoding: .utf8)).output == printed)
      #expect(!printed.contains("s3cret"), "a value of the environment is shown")
      if golden.command.hasSuffix("--format mermaid") { Self.checkChart(printed) }
    }

    /// Each ```console block of the page holds one command, run in the repository, and what it prints; each ```mermaid
    /// block what the command of the comment before it prints.
    @Test func thePageShowsWhatIsPrinted() throws {
      let path = WeftBinary.repository + "/docs/explain.md"
      var page = try String(contentsOfFile: path, encoding: .utf8)
      let consoles = page.matches(of: #/```console\n\$ ([^\n]*)\n((?s).*?)```/#).map { ($0.1, $0.2) }
      let charts = page.matches(of: #/<!-- (weft explain [^\n]*) -->\n```mermaid\n((?s).*?)```/#).map { ($0.1, $0.2) }
      #expect(consoles.count >= 2 && charts.count == 1)
      let isUpdating = ProcessInfo.processInfo.environment["WEFT_UPDATE"] == "1"
      for (command, shown) in consoles + charts {
        let printed = try GoldenCommand("$ \(command)\n").run(in: WeftBinary.repository)
        if isUpdating {
          page.replaceSubrange(page.firstRange(of: shown) ?? page.endIndex..<page.endIndex, with: printed)
        } else {
          #expect(String(shown) == printed, "\(command)")
        }
      }
      if isUpdating { try page.write(toFile: path, atomically: true, encoding: .utf8) }
    }

    /// Every line is one of the few forms that are used, as the documentation of Mermaid's flowcharts has them, and
    /// arrows are between boxes that are there.
    private static func checkChart(_ chart: String) {
      let label = #"(?:[A-Za-z0-9 /?=.,:_$%-]|#\d+;|<br/>)*"#
      let forms = [
        "flowchart LR", #"  subgraph stage\d+\["stage \d+"\]"#, "  end",
        #" +(?:request|answer)\(\["\#(label)"\]\)"#, #" +(?:call\d+|proxy)\["\#(label)"\]"#,
        #"  (\w+) (?:-->|-\.->|-- required -->) (\w+)"#,
      ]
      var boxes: Set<Substring> = []
      for line in chart.split(separator: "\n") {
        #expect(forms.contains { (try? Regex($0).wholeMatch(in: line)) ?? nil != nil }, "\(line)")
        if let box = line.firstMatch(of: #/^ +(\w+)[\[(]/#) { boxes.insert(box.1) }
      }
      for arrow in chart.matches(of: #/(\w+) (?:-->|-\.->|-- required -->) (\w+)/#) where arrow.1 != "required" {
        #expect(boxes.contains(arrow.1) && boxes.contains(arrow.2), "\(arrow.0)")
      }
    }
  }
}

/// A command of a golden file and what it is said to print: standard output, then standard error, then a status that is
/// not 0.
struct GoldenCommand {
  var command: String
  var output: String

  init(_ text: String) {
    command = String(text.dropFirst(2).prefix { $0 != "\n" })
    output = String(text[(text.firstIndex(of: "\n").map(text.index(after:)) ?? text.endIndex)...])
  }

  func run(in folder: String) throws -> String {
    let shell = try ChildProcess(
      "/bin/bash", ["-c", "set -o pipefail; weft() { \"$WEFT\" \"$@\"; }; \(command)"], input: "",
      environment: ["WEFT": WeftBinary.path(), "USERS_KEY": "s3cret"], folder: folder)
    let status = shell.waitForExit() ?? -1
    return shell.output.text + shell.errors.text + (status == 0 ? "" : "[exit \(status)]\n")
  }
}
