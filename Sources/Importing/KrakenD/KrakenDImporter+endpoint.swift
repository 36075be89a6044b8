extension KrakenDImporter {
  func routes(_ endpoints: [DocumentCursor]) -> YAMLMapping {
    var routes: [(key: String, source: DocumentCursor, make: () -> YAMLMapping)] = []
    var shapes: Set<String> = []
    for endpoint in endpoints {
      guard let text = endpoint["endpoint"]?.string else {
        endpoint.remark("an endpoint without its path")
        continue
      }
      let method = (endpoint["method"]?.string ?? "GET").uppercased()
      let target = KrakenDTarget(endpoint: text)
      guard let path = target.path, ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"].contains(method) else {
        endpoint.remark("`\(method) \(text)` can't be a route: a segment is captured as a whole, by `{name}`")
        skip(endpoint)
        continue
      }
      let shape = "\(method) \(path.replacing(#/([:*])\w+/#) { $0.1 })"
      guard shapes.insert(shape).inserted else {
        endpoint.remark("there is another endpoint of `\(method) \(text)` before it")
        skip(endpoint)
        continue
      }
      guard let make = route(endpoint, method, target) else {
        skip(endpoint)
        continue
      }
      routes.append(("\(method) \(path)", endpoint, make))
    }
    // Once all endpoints are read it is known what each backend forwards.
    var mapping = YAMLMapping()
    for (key, source, make) in routes { mapping.add(key, .mapping(make()), from: [source.pointer]) }
    return mapping
  }

  /// It is told of as a whole.
  private func skip(_ endpoint: DocumentCursor) { _ = endpoint.whole }

  private func route(_ endpoint: DocumentCursor, _ method: String, _ target: KrakenDTarget) -> (() -> YAMLMapping)? {
    let sources = endpoint["backend"]?.elements ?? []
    guard !sources.isEmpty else {
      endpoint.remark("an endpoint without a backend")
      return nil
    }
    let proxy = endpoint.component(KrakenDNames.proxy)
    let validator = endpoint.component(KrakenDNames.validator)
    var inputs = EndpointInputs(
      method: method, target: target,
      headers: (endpoint["input_headers", "headers_to_pass"]?.strings ?? []).map { $0.lowercased() },
      parameters: endpoint["input_query_strings", "querystring_params"]?.strings ?? [],
      claims: validator.map(KrakenDAuth.headers) ?? [], attempts: 1,
      isSequential: proxy?["sequential"]?.bool == true, hasClaims: false)
    if let calls = endpoint["concurrent_calls"], let count = calls.count, count > 1 {
      calls.remark("several calls at once become attempts one after the other (`retry`)")
      inputs.attempts = count
    }
    var route = policies(endpoint, target, validator, sources)
    inputs.hasClaims = route["auth"] != nil
    if !inputs.hasClaims { inputs.claims = [] }
    let encoding = endpoint["output_encoding"]?.string ?? serviceEncoding
    if encoding == "no-op" {
      guard self.proxy(endpoint, sources, inputs, &route) else { return nil }
      return { [route] in route }
    }
    var names = DefinitionNames(reserved: true)
    var calls: [KrakenDCall] = []
    for source in sources {
      guard let call = call(source, inputs, before: calls, names: &names) else { return nil }
      calls.append(call)
    }
    order(&calls, inputs, proxy)
    let answer = answer(endpoint, &calls, encoding: encoding, proxy)
    cacheTime(endpoint, calls, &route)
    return { [self, calls, route] in
      var whole = route
      var all = YAMLMapping()
      for call in calls {
        all.add(call.name, call.mapping(forwarding: backends.shared(call.backend)), from: [call.source.pointer])
      }
      whole["calls"] = .mapping(all)
      for entry in answer.entries { whole[entry.name] = entry.value }
      return whole
    }
  }

  /// Which call waits for which, and whose failure is the answer's.
  private func order(_ calls: inout [KrakenDCall], _ inputs: EndpointInputs, _ proxy: DocumentCursor?) {
    let staticStrategy = proxy?["static"]?["strategy"]?.string
    if calls.count == 1 {
      calls[0].isRequired = staticStrategy == nil || ["success", "complete"].contains(staticStrategy)
      return
    }
    if inputs.isSequential { calls[0].isRequired = staticStrategy == nil }
    for index in calls.indices.dropFirst() {
      let followsWrite = calls[index].isWrite && calls[..<index].contains(where: \.isWrite)
      guard inputs.isSequential || followsWrite else { continue }
      let before = calls[index - 1]
      if !calls[index].reads.contains(index - 1) { calls[index].after = before.name }
      // Where that one is required, its failure is the answer.
      if inputs.isSequential, !before.isRequired { calls[index].onlyAfter = before.name }
    }
  }

  private func policies(
    _ endpoint: DocumentCursor, _ target: KrakenDTarget, _ validator: DocumentCursor?, _ sources: [DocumentCursor]
  ) -> YAMLMapping {
    var route = YAMLMapping()
    var isOpen = !isServiceClosed
    if let validator {
      if let auth = auth.auth(validator) { route["auth"] = auth } else { isOpen = false }
    } else if endpoint.components.contains(where: KrakenDNames.validator.contains) {
      endpoint.remark("`auth/validator` says nothing, so the route refuses everybody until `auth` is written")
      isOpen = false
    }
    if let timeout = endpoint["timeout"].flatMap(duration) {
      route["timeout"] = .bare(DurationText.text(milliseconds: timeout))
    }
    route["limit"] = limit(endpoint, target, sources)
    if let bots = endpoint.component(KrakenDNames.bots), let rule = BotRules.rule(bots) {
      route["refuse"] = .block((defaults["refuse"] == nil ? [] : [.bare("base")]) + [rule])
    }
    if hasUntranslatedGuard([endpoint] + sources) { isOpen = false }
    if !isOpen { route["refuse"] = Self.closed }
    let headers = responseHeaders(endpoint, sources)
    if headers != headersOfAll { route["responseHeaders"] = .mapping(headers) }
    return route
  }

  /// The route's rates, with those of its one backend; `nil`: it has none of its own.
  private func limit(_ endpoint: DocumentCursor, _ target: KrakenDTarget, _ sources: [DocumentCursor]) -> YAMLTree? {
    var limits: [YAMLTree] = []
    if let limit = endpoint.component(KrakenDNames.routerLimit),
      let rules = KrakenDLimits.limits(limit, path: target.captures)
    {
      if case .block(let several) = rules { limits += several } else { limits.append(rules) }
    }
    for source in sources {
      guard let limit = source.component(KrakenDNames.proxyLimit) else { continue }
      if sources.count == 1 {
        limits += KrakenDLimits.limit(backend: limit).map { [$0] } ?? []
      } else {
        _ = limit.whole
        limit.remark(
          "what is sent to one of several backends has no rate of its own; `maxConcurrent` of a backend bounds it")
      }
    }
    // Those of the service count, too.
    if !limits.isEmpty, defaults["limit"] != nil { limits.insert(.bare("base"), at: 0) }
    return limits.count > 1 ? .block(limits) : limits.first
  }

  /// Remarks each component that refuses requests and is not translated.
  private func hasUntranslatedGuard(_ parts: [DocumentCursor]) -> Bool {
    var hasAny = false
    for part in parts {
      for guardName in part.components where KrakenDNames.mayGuard(guardName) {
        guard let found = part.component([guardName]) else { continue }
        _ = found.whole
        let hint = KrakenDNames.hint(guardName).map { ": \($0)" } ?? ""
        found.remark("`\(guardName)` is not translated, so the route refuses everybody until it is\(hint)")
        hasAny = true
      }
    }
    return hasAny
  }

  /// Those of the service, and what the endpoint and its backends change of them.
  private func responseHeaders(_ endpoint: DocumentCursor, _ sources: [DocumentCursor]) -> YAMLMapping {
    var headers = headersOfAll
    for part in [endpoint] + sources {
      guard let martian = part.component(KrakenDNames.martian) else { continue }
      for (name, value) in martianHeaders(martian, scope: "response") { headers[name] = value }
    }
    guard let added = endpoint.component(KrakenDNames.responseHeaders) else { return headers }
    for kind in ["add", "replace"] {
      for (name, value) in added[kind]?.members ?? [] {
        if let text = value.strings.first, let name = HeaderName.good(name) {
          headers[name] = .text(text.replacing("${", with: "$${"))
        }
      }
    }
    for name in added["delete"]?.strings ?? [] {
      if let name = HeaderName.good(name) { headers[name] = .bare("null") }
    }
    return headers
  }

  /// What the service sets on all answers: a route's own take the place of these as a whole.
  private var headersOfAll: YAMLMapping {
    if case .mapping(let headers)? = defaults["responseHeaders"] { headers } else { YAMLMapping() }
  }

  /// Nobody comes in: what would have let in some is missing.
  static var closed: YAMLTree {
    var rule = YAMLMapping()
    rule["when"] = .text("${`true`}")
    rule["status"] = .bare("503")
    rule["detail"] = .text("what guards this route is not translated yet")
    return .block([.mapping(rule)])
  }

  /// What passes through as it is.
  private func proxy(
    _ endpoint: DocumentCursor, _ sources: [DocumentCursor], _ inputs: EndpointInputs, _ route: inout YAMLMapping
  ) -> Bool {
    guard sources.count == 1, let pattern = sources[0]["url_pattern"]?.string else {
      endpoint.remark("`no-op` of several backends: a proxy has one")
      return false
    }
    let source = sources[0]
    _ = source["encoding"]
    if let method = source["method"], let text = method.string?.uppercased(), text != inputs.method {
      method.remark("a proxy keeps the client's method")
    }
    guard let backend = backendName(source, inputs, isProxy: true) else { return false }
    var reading = inputs.target.reading(pattern) { _, _ in nil }
    guard isKnown(reading, source, inputs) else { return false }
    let names = source["input_query_strings"]?.strings ?? inputs.parameters
    if !names.contains("*") {
      addParameters(source, inputs, &reading)
      if !reading.text.contains("?") { reading.text += "?" }
    }
    let headers = inputHeaders(source, inputs)
    if !headers.contains("*") {
      let those = headers.isEmpty ? "none" : headers.joined(separator: ", ")
      endpoint.remark("a proxy passes all headers of the client on; KrakenD passed \(those)")
    }
    route["proxy"] = .text("\(backend) \(reading.text)")
    var set = YAMLMapping()
    for (name, value) in inputs.claims { set[name] = value }
    if let martian = source.component(KrakenDNames.martian) {
      for (name, value) in martianHeaders(martian, scope: "request") { set[name] = value }
    }
    if !set.isEmpty { route["headers"] = .mapping(set) }
    if let time = cacheTime(endpoint) {
      setHeader("cache-control", .text("public, max-age=\(time / 1000)"), &route)
    }
    return true
  }

  private func cacheTime(_ endpoint: DocumentCursor) -> Int? {
    guard let own = endpoint["cache_ttl"] else { return serviceCache }
    return duration(own) ?? serviceCache
  }

  /// `cache_ttl` lets everybody keep the answer, so Weft keeps it, too, where nothing is written.
  private func cacheTime(_ endpoint: DocumentCursor, _ calls: [KrakenDCall], _ route: inout YAMLMapping) {
    guard let time = cacheTime(endpoint) else { return }
    if endpoint["method"]?.string?.uppercased() ?? "GET" == "GET", !calls.contains(where: \.isWrite) {
      route["cache"] = .bare(DurationText.text(milliseconds: time))
    } else {
      setHeader("cache-control", .text("${partial ? 'no-cache' : 'public, max-age=\(time / 1000)'}"), &route)
    }
  }

  private func setHeader(_ name: String, _ value: YAMLTree, _ route: inout YAMLMapping) {
    var headers = headersOfAll
    if case .mapping(let found)? = route["responseHeaders"] { headers = found }
    headers[name] = value
    route["responseHeaders"] = .mapping(headers)
  }
}
