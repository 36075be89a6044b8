import JSONText
import Plans
import Scripts

/// What came of a folder's tests. A value.
package struct TestReport {
  /// One test. A value.
  package struct Result {
    package let test: TestCase
    package let outcomes: [StepOutcome]
    /// What is not as expected, with the step's place before it where there are several.
    package let faults: [(location: SourceLocation, text: String)]

    package var isGood: Bool { faults.isEmpty }
  }

  package private(set) var results: [Result] = []
  package private(set) var coverage: TestCoverage

  package init(_ tests: [TestCase], on rehearsal: Rehearsal) {
    coverage = TestCoverage(rehearsal.plan)
    for test in tests {
      let outcomes = rehearsal.run(test)
      var faults: [(SourceLocation, String)] = []
      for (index, pair) in zip(test.steps, outcomes).enumerated() {
        let (step, outcome) = pair
        coverage.add(outcome)
        let number = test.steps.count > 1 ? "step \(index + 1): " : ""
        faults += StepVerdict(step, outcome).faults.map { (step.location, number + $0) }
      }
      results.append(Result(test: test, outcomes: outcomes, faults: faults))
    }
  }

  package var failures: [Result] { results.filter { !$0.isGood } }

  /// A line for each failed test and each of its faults, and one for all.
  package var text: String {
    var lines: [String] = []
    for result in failures {
      lines.append("✘ \(result.test.name)")
      lines += result.faults.map { "    \($0.location): \($0.text)" }
    }
    let failed = failures.count
    lines.append("\(results.count) tests, " + (failed == 0 ? "all good" : "\(failed) failed"))
    return lines.joined(separator: "\n")
  }

  /// As build servers read it.
  package var junit: String {
    var text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    text += "<testsuite name=\"weft\" tests=\"\(results.count)\" failures=\"\(failures.count)\" errors=\"0\">\n"
    for result in results {
      let seconds = result.outcomes.reduce(Duration.zero) { $0 + $1.elapsed } / .seconds(1)
      let file = Self.escaped(result.test.location.file)
      text += "  <testcase classname=\"\(file)\" name=\"\(Self.escaped(result.test.name))\" time=\"\(seconds)\""
      guard let first = result.faults.first else {
        text += "/>\n"
        continue
      }
      let all = result.faults.map { "\($0.location): \($0.text)" }.joined(separator: "\n")
      text += ">\n    <failure message=\"\(Self.escaped(first.text))\">\(Self.escaped(all))</failure>\n  </testcase>\n"
    }
    return text + "</testsuite>\n"
  }

  private static func escaped(_ text: String) -> String {
    var escaped = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\"": escaped += "&quot;"
      case "\n": escaped += "&#10;"
      // XML 1.0 has no other control characters.
      case "\u{0}"..."\u{1F}" where scalar != "\t": escaped += "\u{FFFD}"
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }
}
