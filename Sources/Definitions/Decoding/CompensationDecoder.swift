import Messages
import Plans

/// Decodes what undoes a write.
struct CompensationDecoder {
  let scope: RouteScope
  let backends: [BackendPlan]
  /// The route's `*rest` capture.
  let rest: String?
  /// What the write's own request may read, `item` included.
  let position: RouteScope.Position

  private var loading: Loading { scope.loading }

  /// Returns also the calls that its templates read, the write itself among them.
  func decode(_ node: YAMLNode) -> (plan: CompensationPlan?, reads: Set<Int>) {
    var templates = TemplateReader(scope)
    guard node.pairs != nil else {
      let request = request(node, &templates)
      return (request.map { finish(CompensationPlan($0)) }, templates.reads)
    }
    guard let reader = MappingReader<CompensationKeys>(node, loading) else { return (nil, []) }
    let request = reader[\.request].flatMap { self.request($0, &templates) }
    let headers = templates.headers(reader[\.headers] ?? [], .request, position)
    let body = reader[\.body].flatMap { templates.value($0, position) }
    let timeout = reader[\.timeout]
    let retry = reader[\.retry] ?? CompensationRetry()
    guard let request else { return (nil, templates.reads) }
    OAuth2Decoder.check(reader.pair(\.headers), of: backends[request.backend], loading)
    var plan = CompensationPlan(request)
    (plan.headers, plan.body, plan.timeout) = (headers, body, timeout ?? plan.timeout)
    (plan.attempts, plan.backoff) = (retry.attempts, retry.backoff)
    return (finish(plan), templates.reads)
  }

  private func request(_ node: YAMLNode, _ templates: inout TemplateReader) -> RequestTemplate? {
    let request = templates.request(node, isProxy: false, rest: rest, backends: backends, position)
    if let method = request?.method, SafeMethod.contains(method) {
      loading.report(
        node, "\(method) changes nothing, so it undoes nothing", hint: "write a DELETE, POST, PUT or PATCH that does")
    }
    return request
  }

  private func finish(_ compensation: CompensationPlan) -> CompensationPlan {
    var plan = compensation
    let backend = backends[plan.request.backend]
    plan.headers = scope.headers(of: backend, before: plan.headers)
    (plan.forward, plan.forwardsAllBut) = scope.forwarded(by: backend, without: plan.headers, isSafe: false)
    return plan
  }

  static func retry(_ reader: MappingReader<CompensationRetryKeys>) -> CompensationRetry {
    var retry = CompensationRetry()
    retry.attempts = reader[\.attempts] ?? retry.attempts
    retry.backoff = reader[\.backoff] ?? retry.backoff
    return retry
  }
}

extension RouteScope {
  /// The headers of a request to a backend: its own, and before them those that the backend is always sent. Notes what
  /// they read.
  func headers(of backend: BackendPlan, before own: [HeaderTemplate]) -> [HeaderTemplate] {
    let all = backend.headers.before(own)
    for template in all.prefix(all.count - own.count) { add(template.value.references) }
    return all
  }

  /// Names of the client's headers that go along with a request to a backend, or, where all do, of those that don't;
  /// notes that they are read, and what the backend balances by.
  /// - Parameter forwards: none go along where it is false.
  func forwarded(
    by backend: BackendPlan, without headers: [HeaderTemplate], isSafe: Bool, forwards: Bool = true
  ) -> (names: [String], allBut: Set<String>?) {
    let own = Set(headers.map(\.meantName))
    if case .hash(let template) = backend.balance { add(template.references) }
    if !forwards { return ([], nil) }
    if backend.forwardsAll {
      addAllHeadersRead()
      return ([], own)
    }
    // It is not passed on as it is: keys of writes are derived from it.
    let names = backend.forward.filter {
      !own.contains(HeaderField.withoutUnderscores($0)) && $0 != Self.idempotencyKey
    }
    for name in isSafe ? names : names + [Self.idempotencyKey] { addHeaderRead(name) }
    return (names, nil)
  }

  private static let idempotencyKey = "idempotency-key"
}
