import Front
import Messages
import NIOHTTP1
import Plans
import Transfers
import Upstream

/// Makes the request that goes to the backend of what the client sent. No state.
package enum ProxyRequest {
  /// `values` fill in the templates of `plan`.
  package static func make(
    _ request: IncomingRequest, _ plan: ProxyPlan, keepsHost: Bool, balanceKey: String?, _ values: some TemplateFiller
  ) throws(RenderFailure) -> UpstreamStreamRequest {
    var target = try values.target(of: plan.request)
    if !plan.request.hasQuery, request.pathLength < request.target.utf8.count {
      target += request.target.utf8.dropFirst(request.pathLength).asString
    }
    var set: [HeaderField] = []
    var removed: [String] = []
    for template in plan.headers {
      removed.append(HeaderField.withoutUnderscores(template.name).lowercased())
      if let field = try values.field(of: template) { set.append(field) }
    }
    let kept = EndToEnd(request, without: removed)
    let headers = fields(request, kept, keepsHost: keepsHost) + set
    // By what is sent: the client may have named it as the connection's own.
    let hasKey =
      headers.haveIdempotencyKey || kept.contains("idempotency-key") && request.opaque.contains("idempotency-key")
    var upstream = UpstreamStreamRequest(
      backend: plan.request.backend, method: request.method, target: target, headers: headers,
      bodyLength: request.bodyLength, headTimeout: plan.timeout, idleTimeout: plan.idleTimeout,
      isRepeatable: hasKey, balanceKey: balanceKey)
    upstream.retryBuffer = plan.retryBuffer
    upstream.commonHeaders = request.client.forwardingLines(
      without: removed, and: request.opaque.lines.filter { kept.contains($0.name) })
    if !removed.contains("traceparent") { upstream.trace = request.client.trace.parent }
    return upstream
  }

  /// The client's own fields that are passed on, in their order.
  private static func fields(_ request: IncomingRequest, _ kept: EndToEnd, keepsHost: Bool) -> [HeaderField] {
    var fields: [HeaderField] = []
    fields.reserveCapacity(request.headers.count + 1)
    for (name, value) in request.headers where kept.contains(name) && !request.opaque.contains(name) {
      fields.append(HeaderField(name, value))
    }
    // Hop by hop (RFC 9110 §10.1.4): the gateway passes trailers on if the client does not drop them.
    if request.headers["te"].contains(where: {
      HeaderName.elements($0).contains { HeaderName.equals(String($0), "trailers") }
    }) {
      fields.append(HeaderField("TE", "trailers"))
      fields.append(HeaderField("Connection", "TE"))
    }
    if keepsHost && !request.authority.isEmpty && !kept.removed.contains("host") {
      fields.append(HeaderField("Host", request.authority))
    }
    return fields
  }
}

extension Substring.UTF8View {
  fileprivate var asString: String { String(Substring(self)) }
}
