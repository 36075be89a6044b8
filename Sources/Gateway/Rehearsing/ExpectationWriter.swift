import Foundation
import JSONText
import Scripts

/// Writes the bodies that came into the tests that leave theirs open, or that expect another. *Confined to* the call.
package struct ExpectationWriter {
  private struct Edit {
    let place: ExpectationPlace
    let text: String
  }

  private var edits: [String: [Edit]] = [:]
  /// Bodies to be written.
  package private(set) var count = 0

  package init(_ report: TestReport) {
    for result in report.results {
      for (step, outcome) in zip(result.test.steps, result.outcomes) { add(step, outcome) }
    }
  }

  private mutating func add(_ step: TestStep, _ outcome: StepOutcome) {
    guard step.request != nil, let body = outcome.json, outcome.requests.allSatisfy(\.isAnswered) else { return }
    if let exact = step.expectation.exactBody {
      if JSONDifference(exact, body, isExact: true).lines.isEmpty { return }
    } else if !step.expectation.leavesBodyOpen {
      return
    }
    if case .none = step.place { return }
    // As it is made anew no escape is left that YAML does not know.
    edits[step.location.file, default: []].append(Edit(place: step.place, text: body.rebuilt.indented(width: .max)))
    count += 1
  }

  /// Changes the files.
  package func write() throws {
    for (file, edits) in edits {
      var lines = try String(contentsOfFile: file, encoding: .utf8).split(
        separator: "\n", omittingEmptySubsequences: false
      )
      .map(String.init)
      for edit in edits.sorted(by: { $0.place.line > $1.place.line }) { Self.apply(edit, to: &lines) }
      try lines.joined(separator: "\n").write(toFile: file, atomically: true, encoding: .utf8)
    }
  }

  private static func apply(_ edit: Edit, to lines: inout [String]) {
    let key = "bodyExactly: \(edit.text)"
    switch edit.place {
    case .none: break
    case .missing(let line, let indent):
      let spaces = String(repeating: " ", count: indent)
      lines.insert("\(spaces)expect:\n\(spaces)  \(key)", at: min(line, lines.count))
    case .block(let line, let indent): lines.insert(String(repeating: " ", count: indent) + key, at: line - 1)
    case .flow(let line, let column):
      var text = Array(lines[line - 1].unicodeScalars)
      text.insert(contentsOf: " \(key),".unicodeScalars, at: min(column, text.count))
      lines[line - 1] = String(text)
    case .value(let line, let column, let endLine, let endColumn):
      let before = lines[line - 1].unicodeScalars.prefix(column - 1)
      let after = endColumn == .max ? "" : String(lines[endLine - 1].unicodeScalars.dropFirst(endColumn - 1))
      lines.replaceSubrange((line - 1)...(endLine - 1), with: ["\(String(before))\(edit.text)\(after)"])
    }
  }
}

extension String {
  fileprivate init(_ scalars: [Unicode.Scalar]) {
    var view = String.UnicodeScalarView()
    view.append(contentsOf: scalars)
    self.init(view)
  }
}

extension ExpectationPlace {
  /// The first line that it changes.
  fileprivate var line: Int {
    switch self {
    case .none: 0
    case .missing(let line, _): line
    case .block(let line, _): line
    case .flow(let line, _): line
    case .value(let line, _, _, _): line
    }
  }
}

extension JSONValue {
  /// The same, with nothing of the document that it came in; numbers keep their text.
  fileprivate var rebuilt: JSONValue {
    if let elements { return .array(elements.map(\.rebuilt)) }
    if let string { return .string(string) }
    guard case .slice(let slice) = self, slice.kind == .object else { return self }
    return .object(
      JSONObject(slice.members.map { .init(name: $0.key.string ?? "", value: JSONValue.slice($0.value).rebuilt) }))
  }
}
