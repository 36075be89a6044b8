import JSONText
import Messages
import Plans

extension Composition {
  /// Fills in a call's templates. `scope` has `item` or `items` where the call is an `each`.
  func request(of index: Int, _ scope: Scope) throws(RenderFailure) -> CallRequest {
    let call = composer.calls[index]
    let template = call.plan.request
    var request = CallRequest(
      backend: template.backend, method: template.method, target: try template.target(scope))
    request.headers = try headers(of: call, scope)
    request.commonHeaders = context.tracing
    request.isRepeatable = !call.isSafe && context.idempotencyKey != nil
    request.keepsHeaders = call.plan.headersAreRead
    if let body = call.plan.body {
      var writer = JSONWriter(maxBytes: CallPlan.maxBodyBytes)
      try body.render(into: &writer, scope)
      guard !writer.overflowed else { throw RenderFailure(.bodyTooLarge, reads: body.references.map(\.path)) }
      request.body = writer.bytes
    }
    // Without its names it could not be purged.
    if let cache = call.plan.cache, let tags = CacheTags.texts(of: cache.tags, scope) {
      (request.cachedBy, request.tags) = (index, tags)
    }
    request.leavesOutAccept = call.plan.headers.leaveOut("accept")
    if let key = call.balanceKey { request.balanceKey = try key.text(scope) }
    return request
  }

  private func headers(of call: ComposedCall, _ scope: Scope) throws(RenderFailure) -> [HeaderField] {
    var fields: [HeaderField] = []
    if !call.plan.forward.isEmpty {
      for field in context.forwardable where call.plan.forward.contains(field.name) { fields.append(field) }
    }
    if call.sendsIdempotencyKey, let key = context.idempotencyKey { fields.append(HeaderField("Idempotency-Key", key)) }
    for template in call.plan.headers {
      if let field = try template.render(scope) { fields.append(field) }
    }
    if call.plan.body != nil, !fields.contains(where: { $0.isNamed("content-type") }),
      !call.plan.headers.leaveOut("content-type")
    {
      fields.append(HeaderField("Content-Type", "application/json"))
    }
    return fields
  }
}
