import NamedFiles
import Plans

extension ValueType<URLParts> {
  static func url() -> ValueType {
    setting(.scalar("URL", .setting(Pattern.url)), expected: "a URL such as `http://users:8080`") { setting, loading in
      do throws(URLParts.Fault) {
        return try URLParts(setting.text)
      } catch {
        let hint = error.hint ?? (setting.isComputed ? nil : schemeHint(setting.text))
        // A password may stand before the @.
        let shown = setting.text.contains("@") ? "this" : setting.shown
        loading.report(setting.node, "\(shown) is not a backend's URL; \(error.message)", hint: hint)
        return nil
      }
    }
  }

  /// `users:8080` lacks its scheme.
  private static func schemeHint(_ text: String) -> String? {
    guard !text.contains("://"), !text.hasPrefix("unix:"), (try? URLParts("http://\(text)")) != nil else { return nil }
    return "did you mean `http://\(text)`?"
  }
}

extension ValueType<BackendPlan.Address> {
  /// A URL, or a mapping of one and more.
  static func address(isWeighted: Bool) -> ValueType {
    let url = ValueType<URLParts>.url()
    return ValueType(.either(url.shape, .table(AddressKeys.self))) { node, loading in
      guard node.pairs != nil else { return url.read(node, loading).map { BackendPlan.Address($0) } }
      guard let reader = MappingReader<AddressKeys>(node, loading) else { return nil }
      let weight = reader[\.weight]
      if !isWeighted, let pair = reader.pair(\.weight) {
        loading.report(pair.key, "`weight` is for `urls`; a single address takes everything")
      }
      let socket = reader[\.socket]
      if let socket, let node = reader.pair(\.socket)?.value, !socket.hasPrefix("/") || socket.utf8.count >= 108 {
        loading.report(node, "expected a socket's absolute path, of less than 108 bytes")
      }
      guard var address = reader[\.url].map({ BackendPlan.Address($0) }) else { return nil }
      address.weight = weight ?? 1
      address.unixSocket = socket ?? address.unixSocket
      return address
    }
  }
}

extension BackendPlan.Address {
  fileprivate init(_ parts: URLParts) {
    self.init(origin: parts.origin, basePath: parts.basePath, unixSocket: parts.unixSocket)
  }
}

extension ValueType<BackendPlan.Balance> {
  private static var words: [String] { ["round-robin", "least-requests", "random-of-two", "hash(EXPR)"] }

  /// A word, or `hash(EXPR)`, whose expression is compiled but not yet looked at.
  static func balance() -> ValueType {
    let shape = Shape.either(.choice(words.dropLast()), .scalar("`hash(EXPR)`", .line(Pattern.balanceByHash)))
    return ValueType(shape) { node, loading in
      guard let text = loading.text(of: node, expected: "one of \(words.quoted)") else { return nil }
      switch text {
      case "round-robin": return .roundRobin
      case "least-requests": return .leastRequests
      case "random-of-two": return .randomOfTwo
      default: break
      }
      guard text.hasPrefix("hash("), text.hasSuffix(")") else {
        loading.report(
          node, "expected one of \(words.quoted), found \(node.kind)",
          hint: Suggestion.hint(for: text, among: words.dropLast())
        )
        return nil
      }
      return hash(String(text.dropFirst(5).dropLast()), node, loading)
    }
  }

  private static func hash(_ expression: String, _ node: YAMLNode, _ loading: Loading) -> BackendPlan.Balance? {
    do throws(TemplateError) {
      let template = try TextTemplate.compile(expression: expression)
      let inputs = ScopeName.allCases.filter { $0.isRequestInput && ![.claims, .identity, .body].contains($0) }.map(
        \.rawValue)
      var isGood = true
      for reference in template.references where !inputs.contains(reference.path.first ?? "") {
        isGood = false
        let name = reference.path.first.map { "`\($0)`" } ?? "the whole scope"
        loading.report(
          node, at: reference.offset - 2 + 5,
          "\(name) is not in scope here; `hash` reads inputs of the request: \(inputs.joined(separator: ", "))",
          hint: reference.path.first.flatMap { Suggestion.hint(for: $0, among: inputs) })
      }
      if template.references.isEmpty {
        loading.report(node, "`hash` of a constant sends everything to one address; read an input of the request")
        isGood = false
      }
      return isGood ? .hash(template) : nil
    } catch {
      loading.report(error, in: node, shift: 5)
      return nil
    }
  }
}

extension ValueType<String> {
  /// A path, possibly with a query, that is the same for every request; encoded.
  static func constantPath() -> ValueType {
    setting(.scalar("path", .setting(Pattern.path)), expected: "a path such as `/health`") { setting, loading in
      do throws(TemplateError) {
        return try RequestTemplate.constantTarget(setting.text)
      } catch {
        loading.report(setting.node, "\(setting.shown) is not a path; \(error.message)", hint: error.hint)
        return nil
      }
    }
  }

  /// A file that can be read, by its full path.
  static func file() -> ValueType {
    setting(.scalar("path of a file"), expected: "a file's path") { setting, loading in
      guard !setting.text.isEmpty else {
        loading.report(setting.node, "expected a file's path, found \(setting.shown)")
        return nil
      }
      let path = loading.path(setting.text)
      loading.noteName(of: path)
      return loading.content(namedAt: setting.node) { () throws(NamedFileFault) in
        try NamedFile.check(path)
        return path
      }
    }
  }
}
