import JSONText
import Messages
import Plans

extension Composer {
  /// Makes the request of a call: the one that is sent, and the one that an explanation shows. `values` have `item` or
  /// `items` where the call is an `each`.
  package func request(
    of index: Int, _ values: some TemplateFiller, _ context: RequestContext
  ) throws(RenderFailure) -> CallRequest {
    let call = calls[index]
    let template = call.plan.request
    var request = CallRequest(
      backend: template.backend, method: template.method, target: try values.target(of: template))
    request.headers = try headers(of: call, values, context)
    request.commonHeaders = context.tracing
    request.isRepeatable = !call.isSafe && context.idempotencyKey != nil
    request.keepsHeaders = call.plan.headersAreRead
    if let body = call.plan.body {
      var writer = JSONWriter(maxBytes: CallPlan.maxBodyBytes)
      try values.write(body, into: &writer)
      guard !writer.overflowed else { throw RenderFailure(.bodyTooLarge, reads: body.references.map(\.path)) }
      request.body = writer.bytes
    }
    // Without its names it could not be purged.
    if let cache = call.plan.cache, let tags = CacheTags.texts(of: cache.tags, values) {
      (request.cachedBy, request.tags) = (index, tags)
    }
    request.leavesOutAccept = call.plan.headers.leaveOut("accept")
    if let key = call.balanceKey { request.balanceKey = try values.text(of: key) }
    return request
  }

  private func headers(
    of call: ComposedCall, _ values: some TemplateFiller, _ context: RequestContext
  ) throws(RenderFailure) -> [HeaderField] {
    var fields: [HeaderField] = []
    if !call.plan.forward.isEmpty {
      for field in context.forwardable where call.plan.forward.contains(field.name) { fields.append(field) }
    }
    if call.sendsIdempotencyKey, let key = context.idempotencyKey { fields.append(HeaderField("Idempotency-Key", key)) }
    for template in call.plan.headers {
      if let field = try values.field(of: template) { fields.append(field) }
    }
    if call.plan.body != nil, !fields.contains(where: { $0.isNamed("content-type") }),
      !call.plan.headers.leaveOut("content-type")
    {
      fields.append(HeaderField("Content-Type", "application/json"))
    }
    return fields
  }
}
