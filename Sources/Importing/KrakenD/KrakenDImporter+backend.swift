extension KrakenDImporter {
  /// What an endpoint says for all its backends.
  struct EndpointInputs {
    var method: String
    var target: KrakenDTarget
    var headers: [String]
    var parameters: [String]
    var claims: [(name: String, value: YAMLTree)]
    var attempts: Int
    var isSequential: Bool
    /// Whether the tokens of clients are verified.
    var hasClaims: Bool
    var sendsBody: Bool { ["POST", "PUT", "PATCH"].contains(method) }
  }

  /// The backend's name; its settings are those of all that are alike.
  func backendName(_ source: DocumentCursor, _ inputs: EndpointInputs, isProxy: Bool) -> String? {
    let hosts = (source["host"]?.strings ?? serviceHosts).map { host in
      let url = host.contains("://") ? host : "http://\(host)"
      let bare = url.replacing(#/:\/\/[^\/]*@/#, with: "://")
      if bare != url { source.remark("a user in a host's URL is not taken over: write `headers` of the backend") }
      return bare
    }
    for name in ["disable_host_sanitize", "sd_scheme"] { _ = source[name] }
    if let discovery = source["sd"], let kind = discovery.string, kind != "static" {
      discovery.remark("names are looked up as hosts: `\(kind)` is no kind of lookup here")
    }
    let good = hosts.map { $0.hasSuffix("/") ? String($0.dropLast()) : $0 }
      .filter { $0.wholeMatch(of: #/https?:\/\/[^\s\/?#{}]+(\/[^\s?#{}]*)?/#) != nil }
    guard !good.isEmpty, good.count == hosts.count else {
      source.remark("no backend with a host that can be used: \(hosts.joined(separator: ", "))")
      return nil
    }
    var settings = KrakenDBackends.Settings(hosts: good)
    if let breaker = source.component(KrakenDNames.breaker) { settings.breaker = self.breaker(breaker) }
    if let credentials = source.component(KrakenDNames.clientCredentials) { settings.oauth2 = oauth2(credentials) }
    settings.attempts = min(max(inputs.attempts, 1), 10)
    settings.forwardsAll = !isProxy && inputHeaders(source, inputs).contains("*")
    return backends.name(of: settings, from: source.pointer)
  }

  /// One backend of a composite; `nil` where no request can be made of it.
  func call(
    _ source: DocumentCursor, _ inputs: EndpointInputs, before: [KrakenDCall], names: inout DefinitionNames
  ) -> KrakenDCall? {
    guard let pattern = source["url_pattern"]?.string else {
      source.remark("a backend without `url_pattern`")
      return nil
    }
    guard let backend = backendName(source, inputs, isProxy: false) else { return nil }
    var reading = inputs.target.reading(pattern) { index, path in
      guard inputs.isSequential, before.indices.contains(index) else { return nil }
      // The group is made of the value in the answer, and so is none of the call's.
      let path = path.first == before[index].group ? Array(path.dropFirst()) : path
      return ExpressionText.path([before[index].name] + path)
    }
    guard isKnown(reading, source, inputs) else { return nil }
    addParameters(source, inputs, &reading)
    let method = (source["method"]?.string ?? inputs.method).uppercased()
    let group = source["group"]?.string
    let (shape, isText) = shape(source)
    let all = inputHeaders(source, inputs)
    let claimed = Set(inputs.claims.map(\.name))
    let headers = all.contains("*") ? [] : all.filter { !claimed.contains($0) && Self.isForwarded($0) }
    if !all.contains("*") { backends.note(headers, of: backend) }
    var set = inputs.claims.filter { all.contains("*") || all.contains($0.name) }
    if let martian = source.component(KrakenDNames.martian) { set += martianHeaders(martian, scope: "request") }
    return KrakenDCall(
      source: source, name: names.next(like: group ?? Self.wish(pattern), or: backend), backend: backend,
      method: method, target: reading.text, group: group, shape: shape, isText: isText, headers: set,
      inputHeaders: headers, reads: reading.calls,
      sendsBody: inputs.sendsBody && ["POST", "PUT", "PATCH"].contains(method), cache: cache(source, method))
  }

  /// Whether all that a pattern reads is there.
  func isKnown(_ reading: KrakenDTarget.Reading, _ source: DocumentCursor, _ inputs: EndpointInputs) -> Bool {
    if let unknown = reading.unknown {
      source.remark("`\(unknown)` in `url_pattern` is nothing that the endpoint has")
    } else if reading.readsClaims, !inputs.hasClaims {
      source.remark("`url_pattern` reads a token that nobody verifies")
    } else {
      return true
    }
    return false
  }

  func inputHeaders(_ source: DocumentCursor, _ inputs: EndpointInputs) -> [String] {
    source["input_headers"]?.strings.map { $0.lowercased() } ?? inputs.headers
  }

  /// Parameters of the client's query that go along.
  func addParameters(_ source: DocumentCursor, _ inputs: EndpointInputs, _ reading: inout KrakenDTarget.Reading) {
    let names = source["input_query_strings"]?.strings ?? inputs.parameters
    if names.contains("*") {
      source.remark("a call names the parameters that it sends: write those that are meant into its `request`")
    }
    for name in names where name != "*" && !reading.parameters.contains(name) {
      let separator = reading.text.contains("?") ? "&" : "?"
      let expression = ExpressionText.template(ExpressionText.path(["query", name]))
      reading.text += "\(separator)\(Self.encoded(name))=\(expression)"
      reading.parameters.append(name)
    }
  }

  /// Headers that are set by martian's modifiers of one scope.
  func martianHeaders(_ source: DocumentCursor, scope: String) -> [(name: String, value: YAMLTree)] {
    var found: [(String, YAMLTree)] = []
    if let group = source["fifo.Group"] {
      for name in ["scope", "aggregateErrors"] { _ = group[name] }
      for modifier in group["modifiers"]?.elements ?? [] { found += martianHeaders(modifier, scope: scope) }
    }
    if let header = source["header.Modifier"], let name = header["name"]?.headerName,
      let value = header["value"]?.string,
      (header["scope"]?.strings ?? ["request"]).contains(scope)
    {
      found.append((name, .text(value.replacing("${", with: "$${"))))
    }
    return found
  }

  private func shape(_ source: DocumentCursor) -> (KrakenDShape, isText: Bool) {
    var shape = KrakenDShape()
    var isText = false
    let encoding = source["encoding"]?.string ?? "json"
    switch encoding {
    case "json", "fast-json": if source["is_collection"]?.bool == true { shape.wrap(as: "collection") }
    case "safejson":
      _ = source["is_collection"]
      shape.collectLists()
    default:
      isText = true
      _ = source["is_collection"]
      shape.wrap(as: "content")
      if encoding != "string" {
        source["encoding"]?.remark("`\(encoding)` is read as one text, the member `content`; only JSON is taken apart")
      }
    }
    if let target = source["target"]?.string, !target.isEmpty { shape.target(target) }
    let operations = source.component(KrakenDNames.proxy)?["flatmap_filter"]?.elements ?? []
    let allow = source["allow", "whitelist"]?.strings ?? []
    let deny = source["deny", "blacklist"]?.strings ?? []
    let mapping = (source["mapping"]?.members ?? []).compactMap { name, value in
      value.string.map { (name, String($0.prefix { $0 != "." })) }
    }
    if !operations.isEmpty {
      // With them, KrakenD leaves out the lists and the mapping.
      for left in shape.flatmap(operations) { left.remark("this operation of flatmap is not translated") }
    } else {
      if !allow.isEmpty {
        shape.allow(allow, renaming: mapping)
      } else {
        if !deny.isEmpty { shape.deny(deny) }
        if !mapping.isEmpty { shape.rename(mapping) }
      }
    }
    if let query = source.component(KrakenDNames.jmespath)?["expr"]?.string { shape.apply(query) }
    return (shape, isText)
  }

  private func cache(_ source: DocumentCursor, _ method: String) -> YAMLTree? {
    guard let cache = source.component(KrakenDNames.cache), method == "GET" else { return nil }
    _ = cache.whole
    cache.remark("what the backend says nothing of is kept for `ttl`, too, and nothing is kept for longer")
    return .inline(
      YAMLMapping(entries: [
        .init(name: "ttl", value: .bare("1m")), .init(name: "respectBackend", value: .bare("true")),
      ]))
  }

  private func breaker(_ source: DocumentCursor) -> YAMLMapping {
    for name in ["name", "log_status_change", "logStatusChange"] { _ = source[name] }
    var breaker = YAMLMapping()
    let errors = source["max_errors", "maxErrors"]?.count ?? 1
    // KrakenD counts errors in a row; a share of all calls in the window is next to it.
    breaker["errorRate"] = .bare("100%")
    breaker["minimumCalls"] = .bare("\(max(errors, 5))")
    breaker["window"] = .bare("\(max(source["interval"]?.count ?? 60, 1))s")
    breaker["openFor"] = .bare("\(max(source["timeout"]?.count ?? 10, 1))s")
    source.remark(
      "it opened after \(errors) errors in a row; here it opens where all of that many calls fail, at least 5")
    return breaker
  }

  private func oauth2(_ source: DocumentCursor) -> YAMLMapping? {
    guard let url = source["token_url"]?.string, let id = source["client_id"]?.string, !id.isEmpty else {
      source.remark("without `token_url` and `client_id` no token can be had")
      return nil
    }
    var oauth2 = YAMLMapping()
    oauth2["tokenUrl"] = .text(url)
    oauth2["clientId"] = .text(id)
    if let secret = source["client_secret"] {
      secret.remark("the secret is not copied: set the variable CLIENT_SECRET, or name a file")
    }
    oauth2["clientSecret"] = .text("${env.CLIENT_SECRET || 'change-me'}")
    let scopes = source["scopes"]?.string?.split { $0 == "," || $0 == " " }.map(String.init) ?? []
    if !scopes.isEmpty { oauth2["scopes"] = .texts(scopes) }
    if let audience = source["endpoint_params"]?["audience"]?.strings.first { oauth2["audience"] = .text(audience) }
    return oauth2
  }

  /// What a call may not take from the client, or has of its own.
  private static func isForwarded(_ name: String) -> Bool {
    let own: Set = [
      "connection", "content-length", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade",
      "expect", "host", "accept-encoding", "range", "content-encoding", "content-range", "content-type",
    ]
    return !own.contains(name) && !name.hasPrefix("if-") && name.wholeMatch(of: #/[A-Za-z0-9\-_.!#$&'^`|~+]+/#) != nil
  }

  private static func encoded(_ name: String) -> String {
    name.utf8.map { byte in
      let scalar = Unicode.Scalar(byte)
      let isPlain =
        scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) || "-._~".unicodeScalars.contains(scalar)
      let digits = String(byte, radix: 16, uppercase: true)
      return byte < 0x80 && isPlain ? String(Character(scalar)) : "%\(byte < 16 ? "0" : "")\(digits)"
    }.joined()
  }

  /// The last word of a path that is written out: `orders` for `/v1/users/{id}/orders`.
  private static func wish(_ pattern: String) -> String {
    let words = pattern.prefix { $0 != "?" }.split(separator: "/").filter { !$0.contains("{") && $0 != "*" }
    return words.last.map { word in String(word.prefix { $0 != "." }) } ?? ""
  }
}
