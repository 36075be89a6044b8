import Front
import Messages
import Plans
import Proxying

/// The request that a proxy route sends on.
struct ExplainedProxy {
  let plan: ProxyPlan
  let backend: ExplainedBackend
  /// Whose `Host` goes upstream.
  let host: ProxyPlan.Host
  let target: String
  /// Why a request can't be made of what was given.
  let fault: String?
  /// The client's own that go upstream, then those that the route sets.
  let headers: [ExplainedHeader]
  /// Names of what the client sent and the backend does not get.
  let withheld: [String]

  init(_ plan: ProxyPlan, _ backend: BackendPlan, _ known: KnownValues, _ request: IncomingRequest) {
    self.plan = plan
    self.backend = ExplainedBackend(plan: backend)
    let keepsHost = plan.keepsHost(of: backend)
    host = keepsHost ? .client : .backend
    let (upstream, fault) = known.request { values throws(RenderFailure) in
      try ProxyRequest.make(request, plan, keepsHost: keepsHost, balanceKey: nil, values)
    }
    self.fault = fault
    target = upstream?.target ?? plan.request.targetSource
    let set = Set(plan.headers.map { $0.name.lowercased() })
    let sent = (upstream?.headers ?? []).filter { $0.name != "Host" }.map { field in
      let name = field.name.lowercased()
      return ExplainedHeader(name: name, value: field.value, origin: set.contains(name) ? .definition : .client)
    }
    let kept = Set(sent.map(\.name))
    headers = sent + self.backend.token
    withheld = request.headers.map { $0.name.lowercased() }.filter { !kept.contains($0) && $0 != "host" }
  }
}
