import JSONText
import Messages
import Plans

/// What a request is made of: a call's, or that of its compensation.
private protocol RequestParts {
  var request: RequestTemplate { get }
  var headers: [HeaderTemplate] { get }
  /// Lower-case names of the client's headers that go along.
  var forward: [String] { get }
  /// All go along but these.
  var forwardsAllBut: Set<String>? { get }
  /// Sent as JSON.
  var body: ValueTemplate? { get }
}

extension CallPlan: RequestParts {}
extension CompensationPlan: RequestParts {}

extension Composer {
  /// Makes the request of a call: the one that is sent, and the one that an explanation shows. `values` have `item` or
  /// `items` where the call is an `each`.
  package func request(
    of index: Int, _ values: some TemplateFiller, _ context: RequestContext, item: FanOut.Item? = nil
  ) throws(RenderFailure) -> CallRequest {
    let call = calls[index]
    let key = try key(of: call, values, context, item, generates: call.generatesKey)
    var request = try request(call.plan, key: key, values, context)
    request.onlyReads = call.plan.isDeclaredSafe
    request.isRepeatable = request.onlyReads || request.headers.haveIdempotencyKey
    request.keepsHeaders = call.plan.headersAreRead
    // Without its names it could not be purged.
    if let cache = call.plan.cache, let tags = CacheTags.texts(of: cache.tags, values) {
      (request.cachedBy, request.tags) = (index, tags)
    }
    if request.cachedBy == nil { addBaggage(to: &request, call.plan.headers, context) }
    if let key = call.balanceKey { request.balanceKey = try values.text(of: key) }
    return request
  }

  /// Makes the request that undoes a write; `values` have the write's own value, and `item` or `items` as it had.
  package func compensation(
    of index: Int, _ values: some TemplateFiller, _ context: RequestContext, item: FanOut.Item? = nil
  ) throws(RenderFailure) -> CallRequest {
    let call = calls[index]
    guard let plan = call.plan.compensation else { preconditionFailure("the call has no compensation") }
    let own = try key(of: call, values, context, item, generates: call.generatesKey || call.compensationGeneratesKey)
    let key = own.map { DerivedKey.text([$0, "compensate", call.plan.name]) }
    var request = try request(plan, key: key, values, context)
    request.isMadeOnce = true
    addBaggage(to: &request, plan.headers, context)
    if let key = call.compensationBalanceKey { request.balanceKey = try values.text(of: key) }
    return request
  }

  private func request(
    _ parts: some RequestParts, key: String?, _ values: some TemplateFiller, _ context: RequestContext
  ) throws(RenderFailure) -> CallRequest {
    let template = parts.request
    var request = CallRequest(
      backend: template.backend, method: template.method, target: try values.target(of: template))
    request.headers = try headers(of: parts, key, values, context)
    request.commonHeaders = context.tracing
    (request.trace, request.isSampled) = (context.trace, context.isSampled)
    if let body = parts.body {
      var writer = JSONWriter(maxBytes: CallPlan.maxBodyBytes)
      try values.write(body, into: &writer)
      guard !writer.overflowed else { throw RenderFailure(.bodyTooLarge, reads: body.references.map(\.path)) }
      request.body = writer.bytes
    }
    request.leavesOutAccept = parts.headers.leaveOut("accept")
    return request
  }

  /// - Parameter own: what the definition sets, and leaves out.
  private func addBaggage(to request: inout CallRequest, _ own: [HeaderTemplate], _ context: RequestContext) {
    guard let baggage = context.baggage, !own.leaveOut("baggage"),
      !request.headers.contains(where: { $0.isNamed("baggage") })
    else { return }
    request.headers.append(HeaderField("baggage", baggage))
  }

  private func headers(
    of parts: some RequestParts, _ key: String?, _ values: some TemplateFiller, _ context: RequestContext
  ) throws(RenderFailure) -> [HeaderField] {
    var fields: [HeaderField] = []
    if let own = parts.forwardsAllBut {
      fields = context.passable.filter { !own.contains(HeaderField.withoutUnderscores($0.name)) }
    } else if !parts.forward.isEmpty {
      for field in context.forwardable where parts.forward.contains(field.name) { fields.append(field) }
    }
    if let key, !parts.headers.contains(where: { $0.name.lowercased() == "idempotency-key" }) {
      fields.append(HeaderField("Idempotency-Key", key))
    }
    for template in parts.headers {
      guard let field = try values.field(of: template) else { continue }
      // To a backend that takes it for a key, all requests would be one.
      if field.isNamed("idempotency-key"), HeaderField.isBlank(field.value) { continue }
      fields.append(field)
    }
    if parts.body != nil, !fields.contains(where: { $0.isNamed("content-type") }),
      !parts.headers.leaveOut("content-type")
    {
      fields.append(HeaderField("Content-Type", "application/json"))
    }
    return fields
  }

  // MARK: Keys

  /// - Parameter generates: it gets one where the client sent none, too.
  private func key(
    of call: ComposedCall, _ values: some TemplateFiller, _ context: RequestContext, _ item: FanOut.Item?,
    generates: Bool
  ) throws(RenderFailure) -> String? {
    if call.isSafe { return nil }
    switch call.plan.idempotencyKey {
    case .derived: return derivedKey(call, context, item, generates: generates)
    case .template(let template):
      guard let text = try values.text(of: template), !HeaderField.isBlank(text) else { return nil }
      return try HeaderTemplate(name: "Idempotency-Key", value: template).field(text).value
    case .none: return nil
    }
  }

  /// The same where the client repeats itself, another for each call and item, equal ones too.
  private func derivedKey(
    _ call: ComposedCall, _ context: RequestContext, _ item: FanOut.Item?, generates: Bool
  ) -> String? {
    guard let key = context.idempotencyKey ?? (generates ? context.randomKey : nil) else { return nil }
    var parts = [key, context.client, route, call.plan.name]
    if let item {
      var writer = JSONWriter(capacity: 32)
      writer.write(item.value)
      parts.append(String(decoding: writer.bytes, as: UTF8.self))
      if case let repetition = item.repetition(), repetition > 0 { parts.append("\(repetition)") }
    }
    return DerivedKey.text(parts)
  }
}
