import JSONText
import Messages
import Plans

extension Composition {
  /// Fills in a call's templates. `scope` has `item` or `items` where the call is an `each`.
  func request(of index: Int, _ scope: Scope) throws(RenderFailure) -> CallRequest {
    let call = plan.calls[index]
    var request = CallRequest(
      backend: call.request.backend, method: call.request.method, target: try call.request.target(scope))
    request.headers = try headers(of: call, scope)
    request.isRepeatable = !call.isSafe && context.idempotencyKey != nil
    request.keepsHeaders = call.headersAreRead
    if let body = call.body {
      var writer = JSONWriter()
      try body.render(into: &writer, scope)
      request.body = writer.bytes
    }
    if let key = composer.balanceKeys[index] { request.balanceKey = try key.text(scope) }
    return request
  }

  private func headers(of call: CallPlan, _ scope: Scope) throws(RenderFailure) -> [HeaderField] {
    var fields = context.tracing
    if !call.forward.isEmpty {
      for field in context.forwardable where call.forward.contains(field.name) { fields.append(field) }
    }
    if !call.isSafe, let key = context.idempotencyKey { fields.append(HeaderField("Idempotency-Key", key)) }
    for template in call.headers {
      if let field = try template.render(scope) { fields.append(field) }
    }
    if call.body != nil, !fields.contains(where: { $0.isNamed("content-type") }) {
      fields.append(HeaderField("Content-Type", "application/json"))
    }
    return fields
  }
}
