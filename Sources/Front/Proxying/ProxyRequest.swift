import Messages
import NIOHTTP1
import Plans
import Transfers
import Upstream

/// Makes the request that goes to the backend of what the client sent. No state.
package enum ProxyRequest {
  static func make(
    _ request: IncomingRequest, _ plan: ProxyPlan, keepsHost: Bool, balanceKey: String?, scope: Scope
  ) throws(RenderFailure) -> UpstreamStreamRequest {
    var target = try plan.request.target(scope)
    if !plan.request.hasQuery, request.pathLength < request.target.utf8.count {
      target += request.target.utf8.dropFirst(request.pathLength).asString
    }
    var set: [HeaderField] = []
    var removed: [String] = []
    for template in plan.headers {
      removed.append(HeaderName.withoutUnderscores(template.name).lowercased())
      if let field = try template.render(scope) { set.append(field) }
    }
    let headers = passedOn(request, without: removed, keepsHost: keepsHost) + set
    var upstream = UpstreamStreamRequest(
      backend: plan.request.backend, method: request.method, target: target, headers: headers,
      bodyLength: request.framing.upstreamLength, headTimeout: plan.timeout, idleTimeout: plan.idleTimeout,
      isRepeatable: request.headers.contains(name: "idempotency-key"), balanceKey: balanceKey)
    upstream.commonHeaders = request.client.forwardingLines(without: removed)
    return upstream
  }

  /// The client's end-to-end fields in their order, without those about the client.
  package static func passedOn(
    _ request: IncomingRequest, without removed: [String], keepsHost: Bool
  ) -> [HeaderField] {
    let hops = HopByHop(connection: request.headers["connection"])
    let isTrusted = request.client.chain != nil
    var fields: [HeaderField] = []
    fields.reserveCapacity(request.headers.count + 1)
    for (name, value) in request.headers {
      if isOwn(name) || hops.contains(name) { continue }
      let meant = HeaderName.withoutUnderscores(name)
      if ClientInfo.isForwarding(meant) || !isTrusted && HeaderName.hasPrefix(meant, "x-forwarded-") { continue }
      if !removed.isEmpty && removed.contains(meant.lowercased()) { continue }
      fields.append(HeaderField(name, value))
    }
    if keepsHost && !request.authority.isEmpty && !removed.contains("host") {
      fields.append(HeaderField("Host", request.authority))
    }
    return fields
  }

  /// What the connection to the backend has its own of.
  private static func isOwn(_ name: String) -> Bool {
    switch name.utf8.count {
    case 4: HeaderName.equals(name, "host")
    case 6: HeaderName.equals(name, "expect")
    case 14: HeaderName.equals(name, "content-length")
    default: false
    }
  }
}

extension Substring.UTF8View {
  fileprivate var asString: String { String(Substring(self)) }
}

extension RequestHead.Framing {
  fileprivate var upstreamLength: StreamRequest.BodyLength {
    switch self {
    case .none: .none
    case .length(let length): .known(length)
    case .chunked: .chunked
    }
  }
}
