import JSONText
import Messages
import Plans
import Scripts

/// What is not as a step expects it, a text for each. A value.
struct StepVerdict {
  private(set) var faults: [String] = []
  private let outcome: StepOutcome

  init(_ step: TestStep, _ outcome: StepOutcome) {
    self.outcome = outcome
    for request in outcome.requests where !request.isAnswered {
      let fault = "no script answers \(request.method) \(request.backend) \(request.target)"
      if !faults.contains(fault) { faults.append(fault) }
    }
    // What else is wrong would mostly be so for that.
    guard step.request != nil, faults.isEmpty else { return }
    guard outcome.status != nil else {
      faults.append("no answer came")
      return
    }
    check(step.expectation)
  }

  private mutating func check(_ expectation: Expectation) {
    if let status = expectation.status { expect("status", "\(status)", "\(outcome.status ?? 0)") }
    if let cache = expectation.cache { expect("cache", cache.rawValue, outcome.cache?.rawValue ?? "none") }
    if let refused = expectation.refused { expect("refused", refused, outcome.refused ?? "none") }
    if outcome.isBrokenOff { faults.append("the answer was broken off") }
    checkOutcomes(expectation)
    for (name, value) in expectation.headers { check("header \(name)", value, of: outcome.headers, name) }
    checkBody(expectation)
    for call in expectation.calls { check(call) }
    if let within = expectation.within, outcome.elapsed > within {
      faults.append("within: expected at most \(within.written), took \(Self.milliseconds(outcome.elapsed))")
    }
  }

  private mutating func expect(_ what: String, _ expected: String, _ found: String) {
    if expected != found { faults.append("\(what): expected \(expected), found \(found)") }
  }

  private mutating func checkOutcomes(_ expectation: Expectation) {
    guard !expectation.outcomes.isEmpty else { return }
    if outcome.cache == .hit || outcome.cache == .stale {
      faults.append("outcome: the answer was kept (\(outcome.cache?.rawValue ?? "")); no call was made")
      return
    }
    if let refused = outcome.refused {
      faults.append("outcome: `\(refused)` refused the request; no call was made")
      return
    }
    let words = outcome.words
    for (call, word) in expectation.outcomes { expect("outcome of \(call)", word, words[call]?.word ?? "ok") }
  }

  private mutating func check(_ what: String, _ form: Wildcard?, of headers: [HeaderField], _ name: String) {
    let values = headers.filter { $0.isNamed(lowercase: name.lowercased()) }.map(\.value)
    switch form {
    case nil: if !values.isEmpty { faults.append("\(what): expected none, found \(values.joined(separator: ", "))") }
    case let form?:
      if values.isEmpty {
        faults.append("\(what): expected \(form.text), found none")
      } else if !values.contains(where: form.matches), !form.matches(values.joined(separator: ", ")) {
        faults.append("\(what): expected \(form.text), found \(values.joined(separator: ", "))")
      }
    }
  }

  private mutating func checkBody(_ expectation: Expectation) {
    guard !expectation.leavesBodyOpen else { return }
    let text = String(decoding: outcome.body, as: UTF8.self)
    if case .string(let expected)? = expectation.exactBody ?? expectation.body, outcome.json?.string == nil {
      let isFound = expectation.exactBody != nil ? text == expected : text.contains(expected)
      if !isFound { faults.append("body: expected \(Self.shown(expected)), found \(Self.shown(text))") }
      return
    }
    guard let found = outcome.json else {
      faults.append("body: expected JSON, found \(text.isEmpty ? "nothing" : Self.shown(text))")
      return
    }
    if let expected = expectation.body { faults += JSONDifference(expected, found, isExact: false).lines }
    if let expected = expectation.exactBody { faults += JSONDifference(expected, found, isExact: true).lines }
    if let condition = expectation.condition {
      do {
        let value = try condition.evaluate(found)
        if value.bool != true { faults.append("bodyMatches: `\(condition.source)` is \(Self.shown(value.jsonText))") }
      } catch {
        faults.append("bodyMatches: `\(condition.source)` fails: \(error.message)")
      }
    }
  }

  // MARK: Calls

  private mutating func check(_ call: CallExpectation) {
    let all = outcome.requests.filter { $0.backend == call.backend }
    let fitting = all.filter { Self.fits($0, call) }
    let isRight = call.times.map { $0 == fitting.count } ?? !fitting.isEmpty
    guard !isRight else { return }
    let expected = call.times.map { "\($0)" } ?? "one or more"
    let like = call.isOpen ? "" : " like this"
    var text = "calls of \(call.backend): expected \(expected)\(like), found \(fitting.count)"
    if !all.isEmpty { text += "; it got " + all.map { "\($0.method) \($0.target)" }.joined(separator: ", ") }
    if let first = all.first, all.count == 1, fitting.isEmpty { text += Self.differences(first, call) }
    faults.append(text)
  }

  private static func fits(_ request: SentRequest, _ call: CallExpectation) -> Bool {
    (call.method == nil || call.method == request.method) && (call.path.map { fits(request.target, $0) } ?? true)
      && differences(request, call).isEmpty
  }

  private static func fits(_ target: String, _ form: Wildcard) -> Bool {
    form.matches(target) || target.unescaped.map { form.matches($0) } ?? false
  }

  /// Of headers and body.
  private static func differences(_ request: SentRequest, _ call: CallExpectation) -> String {
    var lines: [String] = []
    for (name, form) in call.headers {
      let values = request.headers.filter { $0.isNamed(lowercase: name.lowercased()) }.map(\.value)
      let isRight = form.map { form in values.contains(where: form.matches) } ?? values.isEmpty
      if !isRight { lines.append("\(name): \(values.isEmpty ? "none" : values.joined(separator: ", "))") }
    }
    if let expected = call.body {
      let found: JSONValue =
        (try? JSONText(request.body)).map { .slice($0.root) }
        ?? .string(String(decoding: request.body, as: UTF8.self))
      lines += JSONDifference(expected, found, isExact: false).lines
    }
    return lines.isEmpty ? "" : " (\(lines.joined(separator: "; ")))"
  }

  // MARK: Texts

  private static func shown(_ text: String) -> String { text.count > 200 ? "\(text.prefix(200))…" : text }

  private static func milliseconds(_ duration: Duration) -> String {
    "\(duration / .milliseconds(1))ms".replacing(".0ms", with: "ms")
  }
}

extension CallExpectation {
  fileprivate var isOpen: Bool { method == nil && path == nil && headers.isEmpty && body == nil }
}
