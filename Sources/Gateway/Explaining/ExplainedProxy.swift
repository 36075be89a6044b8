import Front
import Messages
import Plans
import Proxying

/// What a proxy route sends on.
struct ExplainedProxy {
  let plan: ProxyPlan
  let backend: ExplainedBackend
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
    var fault: String?
    var target = plan.request.targetSource
    var headers: [ExplainedHeader] = []
    let passed = ProxyRequest.passedOn(
      request, without: plan.headers.map { $0.name.lowercased() }, keepsHost: plan.host == .client)
    for field in passed where field.name != "Host" {
      headers.append(ExplainedHeader(name: field.name.lowercased(), value: field.value, origin: .client))
    }
    do throws(RenderFailure) {
      target = try known.target(plan.request)
      if !plan.request.hasQuery, let query = request.query { target += "?\(query)" }
      for template in plan.headers {
        guard let field = try known.header(template) else { continue }
        headers.append(ExplainedHeader(name: field.name.lowercased(), value: field.value, origin: .definition))
      }
    } catch {
      fault = error.message
    }
    self.target = target
    self.fault = fault
    self.headers = headers
    let kept = Set(headers.map(\.name))
    withheld = request.headers.map { $0.name.lowercased() }.filter { !kept.contains($0) && $0 != "host" }
  }
}
