import JMESPath
import JSONText
import Messages
import NamedFiles
import Plans
import Scripts

// What stands in tests and mocks: texts as they are, without templates.

extension ValueType<YAMLNode> {
  /// Read by its owner.
  static func json() -> ValueType {
    ValueType(.json) { node, _ in node }
  }
}

extension ValueType<String> {
  /// The text of a scalar, whatever YAML would take it for.
  /// - Parameter what: "a path such as `/a`".
  static func line(_ what: String, form: ScalarForm = .line("")) -> ValueType {
    ValueType(.scalar(what.plainWords, form.pattern == "" ? .text : form)) { node, loading in
      guard let text = loading.text(of: node, expected: what) else { return nil }
      guard let pattern = form.pattern, !pattern.isEmpty, let regex = try? Regex(pattern),
        text.firstMatch(of: regex) == nil
      else { return text }
      loading.report(node, "expected \(what), found `\(text)`")
      return nil
    }
  }
}

extension String {
  /// "a path such as `/a`" is "path".
  fileprivate var plainWords: String {
    let words = firstRange(of: " such as").map { self[..<$0.lowerBound] } ?? self[...]
    return words.hasPrefix("a ")
      ? String(words.dropFirst(2)) : words.hasPrefix("an ") ? String(words.dropFirst(3)) : String(words)
  }
}

extension ValueType<Bool> {
  /// `true`; what is not so is left out.
  static func isTrue() -> ValueType {
    ValueType(.boolean) { node, loading in
      if case .bool(true) = CoreSchema(node) { return true }
      loading.report(node, "expected `true`, found \(loading.kind(of: node))", hint: "leave the key out")
      return nil
    }
  }
}

extension ValueType<Int64> {
  /// In milliseconds since 1970.
  static func instant() -> ValueType {
    ValueType(.scalar("instant")) { node, loading in
      guard let text = loading.text(of: node, expected: "an instant such as `2026-11-27T09:30:00Z`") else { return nil }
      if let instant = CalendarDate.instant(text) { return instant }
      loading.report(node, "`\(text)` is no instant; write `2026-11-27T09:30:00Z`, with its zone")
      return nil
    }
  }
}

extension ValueType<[(name: String, value: String)]> {
  /// Fields of a request or an answer; a list of texts gives a line for each.
  static func lines() -> ValueType {
    let shape = Shape.entries(
      name: "header name", .either(.scalar("text"), .list(.scalar("text"))), pattern: Pattern.headerName)
    return ValueType(shape) { node, loading in
      ExpectedLines.pairs(node, loading)?.flatMap { pair in
        (pair.value.elements ?? [pair.value]).compactMap { value in
          loading.text(of: value, expected: "a header's value").map { (pair.name, $0) }
        }
      }
    }
  }
}

extension ValueType<[(name: String, value: String?)]> {
  /// Fields with the form of their values, or null.
  static func expectedLines() -> ValueType {
    let shape = Shape.entries(name: "header name", .either(.scalar("text"), .null), pattern: Pattern.headerName)
    return ValueType(shape) { node, loading in
      ExpectedLines.pairs(node, loading)?.compactMap { pair in
        if case .null = CoreSchema(pair.value), pair.value.text?.isEmpty == false { return (pair.name, nil) }
        return loading.text(of: pair.value, expected: "a header's value, or null").map { (pair.name, $0) }
      }
    }
  }
}

/// Mappings by header names.
private enum ExpectedLines {
  static func pairs(_ node: YAMLNode, _ loading: Loading) -> [YAMLNode.Pair]? {
    guard let pairs = node.pairs else {
      loading.report(node, "expected a mapping of header names, found \(loading.kind(of: node))")
      return nil
    }
    return pairs.filter { pair in
      if pair.name.wholeMatch(of: /[!#$%&'*+.^_`|~0-9A-Za-z-]+/) != nil { return true }
      loading.report(pair.key, "`\(pair.name)` is no header name")
      return false
    }
  }
}

extension ValueType<TestRequest> {
  /// `METHOD /path`, or a mapping.
  static func testRequest() -> ValueType {
    let table = ValueType.table(TestRequestKeys.self, TestDecoder.request)
    return ValueType(.either(.scalar("`METHOD /path`", .line("^[A-Z]+ /")), table.shape)) { node, loading in
      guard node.pairs == nil else { return table.read(node, loading) }
      guard let text = loading.text(of: node, expected: "a request such as `GET /mobile/dashboard/42`") else {
        return nil
      }
      let words = text.split(separator: " ")
      if words.count == 2, words[0].wholeMatch(of: /[A-Z]+/) != nil, words[1].hasPrefix("/") {
        return TestRequest(String(words[0]), String(words[1]))
      }
      loading.report(node, "expected a request such as `GET /mobile/dashboard/42`, found `\(text)`")
      return nil
    }
  }
}

extension ValueType<[(call: String, word: String)]> {
  /// Words of outcomes, by calls.
  static func outcomes() -> ValueType {
    let shape = Shape.entries(name: "call name", .choice(OutcomeWords.all), pattern: Pattern.callName)
    return ValueType(shape) { node, loading in
      guard let pairs = node.pairs else {
        loading.report(node, "expected a mapping of call names, found \(loading.kind(of: node))")
        return nil
      }
      return pairs.compactMap { pair in
        if let calls = loading.tested?.callNames, !calls.contains(pair.name) {
          loading.report(
            pair.key, "no route has a call `\(pair.name)`", hint: Suggestion.hint(for: pair.name, among: calls))
        }
        guard let word = loading.text(of: pair.value, expected: "an outcome such as `timeout`") else { return nil }
        if OutcomeWords.all.contains(word) { return (pair.name, word) }
        loading.report(
          pair.value, "`\(word)` is no outcome; there are \(OutcomeWords.all.quoted)",
          hint: Suggestion.hint(for: word, among: OutcomeWords.all))
        return nil
      }
    }
  }
}

extension ValueType<[CallExpectation]> {
  /// Expected calls by backends; a list for several of one.
  static func expectedCalls() -> ValueType {
    let one = ValueType<CallExpectation>.table(ExpectedCallKeys.self, TestDecoder.call)
    let list = ValueType<[CallExpectation]>.oneOrList(of: one)
    return ValueType(.entries(name: "backend name", list.shape, pattern: Pattern.name)) { node, loading in
      TestDecoder.backends(node, loading)?.flatMap { pair in
        (list.read(pair.value, loading) ?? []).map { call in
          var call = call
          call.backend = pair.name
          return call
        }
      }
    }
  }
}

extension ValueType<Expression> {
  /// Without `${}`.
  static func expression() -> ValueType {
    ValueType(.scalar("expression")) { node, loading in
      guard let text = loading.text(of: node, expected: "an expression such as `count > \\`0\\``") else { return nil }
      do throws(SyntaxError) {
        return try Expression.compile(text)
      } catch {
        let hint = text.hasPrefix("${") ? "write it without `${ }`" : nil
        loading.report(node, at: error.offset, error.message, hint: hint)
        return nil
      }
    }
  }
}

extension ValueType<NamedBody> {
  /// The whole of a file.
  static func namedBody() -> ValueType {
    ValueType(.scalar("path of a file")) { node, loading in
      guard let text = loading.text(of: node, expected: "a file's path") else { return nil }
      let bytes = loading.content(namedAt: node) { () throws(NamedFileFault) in
        try NamedFile(loading.path(text), atMost: DefinitionLoader.maxFileBytes).bytes
      }
      return bytes.map { NamedBody(isJSON: text.hasSuffix(".json"), bytes: $0) }
    }
  }
}

extension ValueType<[BackendScript]> {
  /// Backends to requests to scripts.
  static func scripts() -> ValueType {
    let script = Shape.table(ScriptKeys.self)
    let requests = Shape.entries(name: "request", script, pattern: #"^(?:\*|(?:\*|[A-Z]+) [/*].*)$"#)
    return ValueType(.entries(name: "backend name", requests, pattern: Pattern.name)) { node, loading in
      TestDecoder.backends(node, loading)?.map { BackendScript($0.name, TestDecoder.rules($0.value, loading)) }
    }
  }
}

extension ValueType<[ScriptedReply]> {
  /// Scripts in a list.
  static func sequence() -> ValueType {
    let list = ValueType<[[ScriptedReply]]>.list(
      of: .table(ScriptKeys.self, TestDecoder.replies), isEmptyAllowed: false)
    return ValueType(list.shape) { node, loading in list.read(node, loading)?.flatMap(\.self) }
  }
}

/// The words of outcomes, of calls.
package enum OutcomeWords {
  package static let all = [
    "ok", "absent", "skipped", "timeout", "connect", "queue", "status", "invalid", "items", "cancelled", "circuit-open",
    "invalid-request",
  ]
}

extension GatewayPlan {
  /// Of all routes.
  var callNames: [String] {
    var names: [String] = []
    for call in routes.flatMap({ $0.composite?.calls ?? [] }) where !names.contains(call.name) {
      names.append(call.name)
    }
    return names
  }
}
