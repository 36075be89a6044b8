import Foundation
import TestInputs
import Testing

@Suite struct ComplianceTests {
  /// One of the 908 cases is met on purpose: `'\\'` is one backslash since JEP 12a.
  @Test(.enabled(if: Conformance.folder("jmespath") != nil))
  func standardSuite() throws {
    let files = try CaseFile.all(in: try #require(Conformance.folder("jmespath")))
    var met = 0
    var missed: [String] = []
    for file in files {
      for entry in file.cases {
        let outcome = Outcome(entry.expression, entry.given)
        if outcome.meets(entry.expected) {
          met += 1
        } else {
          missed.append("\(file.name): \(entry.expression) gave \(outcome), wanted \(entry.expected)")
        }
      }
    }
    #expect(met == 907)
    #expect(missed.count == 1, "\(missed.joined(separator: "\n"))")
    #expect(missed.first?.hasPrefix(#"literal.json: '\\' gave "\\","#) == true, "\(missed)")
  }

  @Test func ownCases() throws {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Cases")
    let files = try CaseFile.all(in: folder)
    #expect(files.count >= 1)
    for file in files {
      #expect(!file.cases.isEmpty)
      for entry in file.cases {
        let outcome = Outcome(entry.expression, entry.given)
        #expect(
          outcome.meets(entry.expected), "\(file.name): \(entry.expression) gave \(outcome), not \(entry.expected)")
      }
    }
  }
}
