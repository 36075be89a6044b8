import Foundation
import Testing

extension Behaviour {
  /// Tests and cases that the documentation names are there.
  @Suite struct DocumentedCaseTests {
    static let tests = URL(filePath: "\(WeftBinary.repository)/Tests")

    /// All test code, as one text.
    static let code: String = {
      let files = FileManager.default.enumerator(at: tests, includingPropertiesForKeys: nil)
      let sources = files?.compactMap { ($0 as? URL).flatMap { $0.pathExtension == "swift" ? $0 : nil } } ?? []
      return sources.compactMap { try? String(contentsOf: $0, encoding: .utf8) }.joined(separator: "\n")
    }()

    @Test(arguments: ["docs/testing.md", "docs/security.md"])
    func testsAreThere(_ page: String) throws {
      let text = try String(contentsOfFile: "\(WeftBinary.repository)/\(page)", encoding: .utf8)
      let names = text.matches(of: #/`([A-Z][A-Za-z0-9]*Tests)(?:\.([a-z][A-Za-z0-9]*))?`/#)
      try #require(!names.isEmpty)
      for name in names {
        let suite = String(name.1)
        let isTarget = FileManager.default.fileExists(atPath: Self.tests.appending(path: suite).path)
        #expect(isTarget || Self.code.contains("struct \(suite) "), "\(page) names \(suite), which is not there")
        guard let test = name.2 else { continue }
        #expect(Self.code.contains("func \(test)("), "\(page) names \(suite).\(test), which is not there")
      }
    }

    /// `file: a case; another case` in a cell. What ends in `…` is the beginning of a case's name.
    @Test func casesAreThere() throws {
      let folder = Self.tests.appending(path: "BehaviourTests/Cases")
      let page = try String(contentsOfFile: "\(WeftBinary.repository)/docs/testing.md", encoding: .utf8)
      let section = try #require(page.components(separatedBy: "\n## ").first { $0.hasPrefix("The edge, sentence") })
      let cells = section.split(separator: "\n").filter { $0.hasPrefix("| ") }
        .compactMap { $0.split(separator: "|").dropFirst().first?.trimmingCharacters(in: .whitespaces) }
      try #require(cells.count > 50)
      for cell in cells {
        var cases: (file: String, text: String)?
        for part in cell.components(separatedBy: "; ") where !part.hasPrefix("`") {
          var name = part
          if let begin = part.firstMatch(of: #/^([a-z-]+): /#),
            let text = try? String(contentsOf: folder.appending(path: "\(begin.1).yaml"), encoding: .utf8)
          {
            cases = (String(begin.1), text)
            name = String(part[begin.range.upperBound...])
          }
          guard let (file, text) = cases else { continue }
          let beginning = name.hasSuffix("…") ? name.dropLast().trimmingCharacters(in: .whitespaces) : name
          #expect(text.contains(beginning), "docs/testing.md names \(name) of \(file), which is not there")
        }
      }
    }
  }
}
