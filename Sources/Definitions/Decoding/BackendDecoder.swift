import Plans

/// Decodes the backends of one file.
struct BackendDecoder {
  let loading: Loading

  /// Backends that are wrong are reported; their names are kept, so that calls to them are not reported as well.
  func decode(_ pair: YAMLNode.Pair) -> BackendPlan {
    var plan = BackendPlan(name: pair.name, addresses: [], location: pair.key.location)
    if !Names.isName(pair.name) {
      loading.report(pair.key, "`\(pair.name)` can't be the name of a backend; \(Names.rule)")
    }
    guard let reader = MappingReader<BackendKeys>(pair.value, loading) else { return plan }
    plan.addresses = addresses(reader, pair)
    plan.balance = reader[\.balance] ?? plan.balance
    plan.timeout = reader[\.timeout]
    plan.connectTimeout = reader[\.connectTimeout] ?? plan.connectTimeout
    plan.connectionMaxAge = reader[\.connectionMaxAge] ?? plan.connectionMaxAge
    plan.connectionIdle = reader[\.connectionIdle] ?? plan.connectionIdle
    plan.retry = reader[\.retry]
    plan.breaker = reader[\.breaker]
    plan.health = reader[\.health]
    plan.maxConcurrent = reader[\.maxConcurrent]
    plan.maxResponse = reader[\.maxResponse] ?? plan.maxResponse
    let forward = reader[\.forward] ?? ForwardSetting()
    (plan.forward, plan.forwardsAll) = (forward.names, forward.isAll)
    plan.headers = headers(reader, pair)
    plan.oauth2 = reader[\.oauth2]
    // The client's own is left out wherever requests are made; the token is put on as they are sent.
    if plan.oauth2 != nil { plan.headers.templates.append(.withoutAuthorization) }
    plan.version = reader[\.http] ?? plan.version
    plan.tls = reader[\.tls] ?? plan.tls
    plan.idempotent = reader[\.idempotent] ?? false
    plan.generatesIdempotencyKeys = reader[\.idempotencyKey] ?? false
    plan.host = reader[\.host] ?? plan.host
    if let path = reader[\.openapi], let place = reader.pair(\.openapi)?.value {
      loading.documents[plan.name] = BackendDocument(loading: loading).read(path, namedAt: place)
    }
    checkForward(plan, reader)
    OAuth2Decoder.check(reader)
    checkProtocol(plan, reader)
    for pair in reader.effectivePairs { plan.definition.add(pair.name, pair.value.canonicalText) }
    return plan
  }

  /// What a route gives of the request is known where the route is: what it does not give is null there.
  private func headers(_ reader: MappingReader<BackendKeys>, _ pair: YAMLNode.Pair) -> BackendHeaders {
    let scope = RouteScope(
      captures: nil, calls: [], providers: nil, route: ("of the backend \(pair.name)", reader.node), loading: loading)
    var templates = TemplateReader(scope)
    return BackendHeaders(templates.headers(reader[\.headers] ?? [], .request, .backend))
  }

  private func addresses(_ reader: MappingReader<BackendKeys>, _ pair: YAMLNode.Pair) -> [BackendPlan.Address] {
    let one = reader[\.url]
    let several = reader[\.urls]
    switch (reader.pair(\.url), reader.pair(\.urls)) {
    case (nil, nil): loading.report(pair.key, "the backend `\(pair.name)` has no address; give it `url` or `urls`")
    case (_?, let urls?):
      loading.report(urls.key, "the backend `\(pair.name)` has both `url` and `urls`; one of them is allowed")
    default: break
    }
    return one.map { [$0] } ?? several ?? []
  }

  private func checkForward(_ plan: BackendPlan, _ reader: MappingReader<BackendKeys>) {
    let elements = reader.pair(\.forward)?.value.elements ?? []
    for (index, element) in elements.enumerated() {
      let name = element.text?.lowercased()
      if elements[..<index].contains(where: { $0.text?.lowercased() == name }) {
        loading.report(element, "`\(element.text ?? "")` is given twice; header names do not tell case apart")
      }
    }
  }

  private func checkProtocol(_ plan: BackendPlan, _ reader: MappingReader<BackendKeys>) {
    let isEncrypted = plan.addresses.contains { $0.origin.hasPrefix("https:") }
    let isPlain = plan.addresses.contains { $0.origin.hasPrefix("http:") }
    if plan.addresses.isEmpty { return }
    // What an environment chooses may be plain in one place and encrypted in another.
    let given = [reader.pair(\.url), reader.pair(\.urls)].compactMap { $0?.value.canonicalText }
    let isComputed = given.contains { $0.contains("${") }
    if let tls = reader.pair(\.tls), !isEncrypted, !isComputed {
      loading.report(tls.key, "`tls` has no use: no address of this backend is `https://`")
    }
    if let http = reader.pair(\.http) {
      if plan.version == .http2PriorKnowledge, isEncrypted {
        loading.report(
          http.value, "`2-prior-knowledge` is HTTP/2 without TLS, but an address is `https://`", hint: "write `2`")
      } else if plan.version == .http2, isPlain {
        loading.report(
          http.value, "`2` is negotiated by TLS, but an address is `http://`", hint: "write `2-prior-knowledge`")
      }
    }
  }

  static func tls(_ reader: MappingReader<TLSKeys>) -> BackendPlan.TLS {
    var tls = BackendPlan.TLS()
    tls.authorities = reader[\.ca]
    tls.certificate = reader[\.certificate]
    tls.key = reader[\.key]
    tls.serverName = reader[\.serverName]
    tls.verify = reader[\.verify] ?? tls.verify
    if let pair = reader.pair(\.verify), !tls.verify {
      reader.loading.warn(
        pair.value, "the certificate is not verified: whoever is on the way can read and change all that is sent",
        hint: "trust an authority of your own by `ca`")
    }
    reader.checkTogether(\.certificate, \.key)
    return tls
  }

  static func retry(_ reader: MappingReader<RetryKeys>) -> BackendPlan.Retry {
    var retry = BackendPlan.Retry()
    retry.attempts = reader[\.attempts] ?? retry.attempts
    retry.on = reader[\.on] ?? retry.on
    retry.backoff = reader[\.backoff] ?? retry.backoff
    retry.budget = reader[\.budget] ?? retry.budget
    warnOfBudget(retry, reader)
    return retry
  }

  /// A failure is rare, and a budget made for that; some attempts can't be had at all. A status that is an answer, such
  /// as the 404 of what is not ready yet, may come to every request: then each has what it earned itself, no more.
  private static func warnOfBudget(_ retry: BackendPlan.Retry, _ reader: MappingReader<RetryKeys>) {
    guard let budget = retry.budget, retry.attempts > 1 else { return }
    let place = reader.pair(\.attempts)?.value ?? reader.node
    if budget == 0 {
      return reader.loading.warn(place, "with `budget: 0%` there is one attempt", hint: "remove `retry`")
    }
    guard let status = retry.on.lazy.compactMap(\.answer).first, Double(retry.attempts - 1) > budget else { return }
    let given = "\(retry.attempts - 1) \(retry.attempts > 2 ? "repetitions" : "repetition")"
    reader.loading.warn(
      place,
      "where most requests meet \(status), \(given) of each can't be had: `budget: \(budget.percentWritten)` bounds them "
        + "as a share of requests",
      hint: "write `budget: none`")
  }

  static func breaker(_ reader: MappingReader<BreakerKeys>) -> BackendPlan.Breaker {
    var breaker = BackendPlan.Breaker()
    breaker.errorRate = reader[\.errorRate] ?? breaker.errorRate
    breaker.window = reader[\.window] ?? breaker.window
    breaker.minimumCalls = reader[\.minimumCalls] ?? breaker.minimumCalls
    breaker.openFor = reader[\.openFor] ?? breaker.openFor
    breaker.countStatus = reader[\.countStatus] ?? breaker.countStatus
    if let pair = reader.pair(\.errorRate), breaker.errorRate < BackendPlan.Breaker.cautious.errorRate {
      reader.loading.warn(pair.value, "a breaker that opens below 10% of failures refuses far more than it saves")
    }
    if let pair = reader.pair(\.minimumCalls), breaker.minimumCalls < BackendPlan.Breaker.cautious.minimumCalls {
      reader.loading.warn(pair.value, "fewer than 5 calls tell little: one or two failures open this breaker")
    }
    return breaker
  }

  static func health(_ reader: MappingReader<HealthKeys>) -> BackendPlan.Health {
    var health = BackendPlan.Health(path: reader[\.path] ?? "/")
    health.every = reader[\.every] ?? health.every
    health.unhealthyAfter = reader[\.unhealthyAfter] ?? health.unhealthyAfter
    health.healthyAfter = reader[\.healthyAfter] ?? health.healthyAfter
    return health
  }
}

extension HeaderTemplate {
  fileprivate static let withoutAuthorization = HeaderTemplate(
    name: "authorization", value: TextTemplate(constant: .null, source: "null"))
}

extension BackendPlan.Retry.Cause {
  /// The status, where it says that the backend is well: neither a failure of it nor a wish to be asked later.
  fileprivate var answer: Int? {
    if case .status(let status) = self, status < 500, ![408, 425, 429].contains(status) { status } else { nil }
  }
}
