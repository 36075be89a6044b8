import Front
import Messages
import Plans

/// What a provider asks of a backend about the client of a request.
struct ExplainedInquiry {
  /// Of the backend, in the gateway's order.
  let backend: Int
  let text: String

  /// `nil` where the provider asks nobody. Throws where the request's body is not what is read of it.
  init?(_ provider: ProviderPlan, _ backends: [BackendPlan], _ asked: ExplainedRequest, _ request: IncomingRequest)
    throws(RequestBodyFailure)
  {
    guard let inquiry = provider.inquiry else { return nil }
    let known = try KnownValues(asked, request, reads: inquiry.reads)
    let template = inquiry.call.request
    let (sent, fault) = known.request { values throws(RenderFailure) in
      try InquiryParts(inquiry, backends).request(of: request, known.scope, values)
    }
    let target = sent?.target ?? template.targetSource
    let line = "\(template.method) \(backends[template.backend].name) \(target)"
    var parts = [
      fault.map { "\(provider.name) can't ask \(line): \($0)" } ?? "\(provider.name) asks \(line)"
    ]
    let reads = provider.credentials.written
    if !reads.isEmpty { parts.append("by \(reads.joined(separator: ", "))") }
    if inquiry.lifetime > .zero { parts.append("kept for \(inquiry.lifetime.written)") }
    if provider.failsOpen { parts.append("lets in while it can't") }
    backend = template.backend
    text = parts.joined(separator: ", ")
  }
}
