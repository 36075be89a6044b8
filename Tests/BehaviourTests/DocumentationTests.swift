import Foundation
import Testing

extension Behaviour {
  /// What the documentation shows is what Weft does.
  @Suite struct DocumentationTests {
    /// Blocks that begin with `# file: NAME`.
    @Test(arguments: [
      "README.md", "docs/guide.md", "docs/reference.md", "docs/operations.md", "docs/caching.md", "docs/writes.md",
      "docs/edge.md", "docs/security.md", "docs/coming-from.md", "docs/testing-compositions.md",
    ])
    func definitionsPassCheck(_ path: String) throws {
      let folders = try DocumentedFolder.all(in: path)
      let mustShowSome = path == "README.md" || path == "docs/guide.md"
      #expect(!folders.isEmpty || !mustShowSome, "\(path) shows no file")
      for documented in folders {
        let folder = try TemporaryFolder(files: documented.files)
        for served in documented.servedFolders { try folder.write("", to: "\(served)/index.html") }
        let result = try WeftBinary.run(["check", folder.path], environment: documented.environment)
        #expect(result.status == 0, "\(path), \(documented.heading): \(result.errors)")
      }
    }

    /// Each block of a page after `<!-- example -->` holds lines that begin with `$ ` and what they print, each one after
    /// `<!-- log -->` a line that the gateway logs meanwhile. Times differ from run to run.
    @Test(
      .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/curl"), "the commands use curl"),
      arguments: ["README.md", "docs/caching.md", "docs/writes.md"])
    func commandsPrintWhatThePageShows(_ page: String) throws {
      let text = try String(contentsOfFile: "\(WeftBinary.repository)/\(page)", encoding: .utf8)
      let examples = text.matches(of: #/<!-- example -->\n```console\n((?s).*?)```\n/#).map { String($0.1) }
      #expect(!examples.isEmpty)
      let lines = text.matches(of: #/<!-- log -->\n```\n(.*)\n```\n/#).map { String($0.1) }
      // A machine that is busy misses the demo's deadlines, and is given other chances.
      var differences: [String] = []
      for _ in 0..<5 {
        differences = try Self.differences(of: examples, logging: lines)
        if differences.isEmpty { break }
      }
      for difference in differences { Issue.record("\(difference)") }
    }

    /// Links lead to files that are there, and to headings that they have. README.md leads to each page of docs/.
    @Test func linksLeadSomewhere() throws {
      let root = URL(filePath: WeftBinary.repository)
      let names = try ["docs", "docs/decisions"].flatMap { folder in
        try FileManager.default.contentsOfDirectory(atPath: "\(root.path)/\(folder)").map { "\(folder)/\($0)" }
      }
      let pages =
        ["README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md"] + names.filter { $0.hasSuffix(".md") }
      var linked: Set<String> = []
      for page in pages {
        let links = try DocumentedPage(root.appending(path: page)).links
        for link in links {
          let parts = link.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
          let folder = root.appending(path: page).deletingLastPathComponent()
          let target = parts[0].isEmpty ? root.appending(path: page) : folder.appending(path: parts[0]).standardized
          if page == "README.md" { linked.insert(target.path) }
          let isThere = FileManager.default.fileExists(atPath: target.path)
          #expect(isThere, "\(page) links to \(link), which is not there")
          guard isThere, parts.count == 2 else { continue }
          let anchors = try DocumentedPage(target).anchors
          #expect(anchors.contains(parts[1]), "\(page) links to \(link): there is no such heading")
        }
      }
      for page in names where page.hasSuffix(".md") && !page.hasPrefix("docs/decisions/") {
        #expect(linked.contains(root.appending(path: page).standardized.path), "README.md does not link to \(page)")
      }
    }

    /// Metrics and alerts that docs/operations.md tells to look at are those of docs/metrics.md and docs/alerts.yml.
    @Test func thePlaybookNamesWhatIsThere() throws {
      func read(_ path: String) throws -> String {
        try String(contentsOfFile: "\(WeftBinary.repository)/\(path)", encoding: .utf8)
      }
      let metrics = Set(try read("docs/metrics.md").matches(of: #/(?m)^\| `(\w+)` \|/#).map { $0.1 })
      let alerts = Set(try read("docs/alerts.yml").matches(of: #/- alert: (\w+)/#).map { $0.1 })
      let page = try read("docs/operations.md")
      let named = page.matches(of: #/`((?:weft|http_server|process)_\w+)/#).map { $0.1 }
      let alarms = page.matches(of: #/`(Weft[A-Z]\w+)`/#).map { $0.1 }
      try #require(named.count > 20 && !alarms.isEmpty)
      for name in named { #expect(metrics.contains(name), "docs/operations.md names \(name), which is no metric") }
      #expect(Set(alarms) == alerts)
    }

    /// The edge of the README: its files and its commands, in a folder of their own.
    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/openssl"), "it makes a certificate"))
    func theEdgeIsThereInAMinute() throws {
      let text = try String(contentsOfFile: "\(WeftBinary.repository)/README.md", encoding: .utf8)
      let section = try #require(text.components(separatedBy: "\n## ").first { $0.contains("<!-- edge -->") })
      let files = section.matches(of: #/```yaml\n# (\S+\.yaml)\n((?s).*?)```/#).map { (String($0.1), String($0.2)) }
      let block = try #require(section.firstMatch(of: #/<!-- edge -->\n```console\n((?s).*?)```\n/#)).1
      let steps = DocumentedCommand.all(in: String(block))
      try #require(files.count == 2 && steps.map { $0.command.prefix(4) } == ["open", "weft", "curl"])
      let folder = try TemporaryFolder(files: Dictionary(files) { $1 })
      func run(_ command: String) throws -> String {
        let shell = try ChildProcess("/bin/bash", ["-c", command], input: "", folder: folder.path)
        #expect(shell.waitForExit() == 0, "\(command): \(shell.errors.text)")
        return shell.output.text
      }
      _ = try run(steps[0].command)
      let gateway = try WeftBinary.start(
        ["run", folder.path, "--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0"])
      defer { gateway.kill() }
      let port = try #require(gateway.output.wait(for: GatewayProcess.ports)).0
      #expect(try run(steps[2].command.replacing(":8443", with: ":\(port)")) == steps[2].output)
    }

    /// Of what the commands print, before a new demo, from what they are said to; and what is not in its log.
    private static func differences(of examples: [String], logging lines: [String]) throws -> [String] {
      let demo = try DemoProcess()
      var differences: [String] = []
      for step in examples.flatMap(DocumentedCommand.all) {
        let shell = try ChildProcess("/bin/bash", ["-c", step.command(for: demo)], input: "")
        let status = shell.waitForExit()
        let output = shell.output.text.replacing("\r\n", with: "\n").trimmingSuffix { $0 == "\n" }
        if status != 0 || DocumentedCommand.masked(output) != DocumentedCommand.masked(step.output) {
          differences.append("\(step.command)\nexpected: \(step.output)\nprinted: \(output)\n\(shell.errors.text)")
        }
      }
      for line in lines {
        let isLogged = demo.child.errors.wait { log in
          log.split(separator: "\n").contains { DocumentedCommand.masked($0) == DocumentedCommand.masked(line) }
            ? true : nil
        }
        if isLogged == nil { differences.append("not logged: \(line)") }
      }
      if try demo.stop() != 0 { differences.append("weft demo: \(demo.child.errors.text)") }
      return differences
    }
  }
}

/// The files that a page shows below one `##` heading: one folder.
struct DocumentedFolder {
  var heading: String
  var files: [String: String]

  /// A value for each variable that the files have no alternative for.
  var environment: [String: String] {
    let names = files.values.flatMap { $0.matches(of: #/\$\{ *env\.(\w+)/#).map { String($0.1) } }
    return Dictionary(names.map { ($0, "http://127.0.0.1:4001") }) { $1 }
  }

  /// Those that `files` names.
  var servedFolders: [String] {
    files.values.flatMap { $0.matches(of: #/dir: ([^,}\s]+)/#).map { String($0.1) } }
  }

  static func all(in path: String) throws -> [DocumentedFolder] {
    let text = try String(contentsOfFile: "\(WeftBinary.repository)/\(path)", encoding: .utf8)
    return ("\n" + text).components(separatedBy: "\n## ").compactMap { section in
      let blocks = section.matches(of: #/```(?:yaml|text)\n# file: (\S+)\n((?s).*?)```/#)
      guard !blocks.isEmpty else { return nil }
      return DocumentedFolder(
        heading: String(section.prefix { $0 != "\n" }),
        files: Dictionary(blocks.map { (String($0.1), String($0.2)) }) { $1 })
    }
  }
}

/// The links and headings of a page, without what is code.
struct DocumentedPage {
  /// Those within the project, as they are written.
  var links: [String]
  /// The names by which headings are linked to.
  var anchors: Set<String>

  init(_ file: URL) throws {
    let text = try String(contentsOf: file, encoding: .utf8).replacing(#/(?ms)^```.*?^```$/#, with: "")
    links = text.matches(of: #/\]\(([^)\s]+)\)/#).map { String($0.1) }
      .filter { !$0.contains("://") && !$0.hasPrefix("mailto:") }
    anchors = Set(
      text.matches(of: #/(?m)^#+ (.+)$/#).map { heading in
        String(
          heading.1.lowercased().compactMap {
            $0 == " " ? "-" : $0.isLetter || $0.isNumber || "-_".contains($0) ? $0 : nil
          })
      })
  }
}

/// A command and what it is said to print.
struct DocumentedCommand {
  var command: String
  var output: String

  static func all(in example: String) -> [DocumentedCommand] {
    ("\n" + example).components(separatedBy: "\n$ ").dropFirst().map { text in
      let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
      let length = (lines.firstIndex { !$0.hasSuffix("\\") } ?? 0) + 1
      return DocumentedCommand(
        command: lines[..<length].joined(separator: "\n"),
        output: lines[length...].joined(separator: "\n").trimmingSuffix { $0 == "\n" })
    }
  }

  /// With the ports that the demo has here.
  func command(for demo: DemoProcess) -> String {
    let names = [
      "users", "orders", "products", "reviews", "inventory", "recommendations", "notifications", "cart", "shipping",
      "payments", "identity",
    ]
    var text = command.replacing(#/(localhost|127\.0\.0\.1):8080/#, with: "127.0.0.1:\(demo.port)")
      .replacing("localhost:8081", with: "127.0.0.1:\(demo.adminPort)")
    for (index, name) in names.enumerated() {
      guard let port = demo.services[name] else { continue }
      text = text.replacing("localhost:\(4001 + index)", with: "127.0.0.1:\(port)")
        .replacing("127.0.0.1:\(4001 + index)", with: "127.0.0.1:\(port)")
    }
    return text
  }

  static func masked(_ text: some StringProtocol) -> String {
    String(text).replacing(#/dur=\d+|"ms":\d+|"loadedAt":"[^"]*"|ttl=\d+|Age: \d+/#, with: "…")
      .replacing(#/^\d{4}-\S+Z |request=\S+/#, with: "…")
  }
}

extension StringProtocol {
  fileprivate func trimmingSuffix(while isEnd: (Character) -> Bool) -> String {
    var text = self[...]
    while let last = text.last, isEnd(last) { text.removeLast() }
    return String(text)
  }
}
