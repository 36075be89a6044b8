import Composing
import Front
import Identity
import Messages
import Plans
import Timing
import Upstream

/// Asks a backend about clients, as calls are made. *Immutable*; what is under way is confined to the transfer loop that is
/// the exchange's partner.
final class BackendInquiry: Inquiry {
  private let plan: InquiryPlan
  private let parts: InquiryParts
  private let inputs: RequestInputs
  /// One for each transfer loop.
  private let clients: [UpstreamClient]

  init(_ plan: InquiryPlan, _ backends: [BackendPlan], clients: [UpstreamClient]) {
    self.plan = plan
    self.clients = clients
    parts = InquiryParts(plan, backends)
    inputs = RequestInputs(plan.reads)
  }

  func request(for exchange: Exchange) throws(RenderFailure) -> CallRequest {
    let scope: Scope
    do throws(RequestBodyFailure) {
      scope = try inputs.scope(of: exchange, env: plan.env)
    } catch {
      preconditionFailure("the body is not among the inputs")
    }
    return try parts.request(of: exchange.request, scope, scope)
  }

  func send(_ request: CallRequest, for exchange: Exchange, completion: @escaping @Sendable (CallResponse) -> Void) {
    let client = clients[exchange.loopIndex]
    let deadline = Instant.now().advanced(by: plan.timeout)
    client.loop.reactor.execute {
      UpstreamCall(client, request, deadline: deadline) { completion($0) }.start()
    }
  }
}

/// What makes the request of an inquiry: the one that is sent, and the one that an explanation shows. *Immutable.*
struct InquiryParts {
  private let composer: Composer
  private let forwarded: ForwardedFields

  init(_ plan: InquiryPlan, _ backends: [BackendPlan]) {
    let composite = CompositePlan(calls: [plan.call])
    composer = Composer(composite, backends: backends)
    forwarded = ForwardedFields(composite, backends)
  }

  /// Others get its answer, too: what tells of the client is left out, or the gateway's own.
  func request(
    of request: IncomingRequest, _ scope: Scope, _ values: some TemplateFiller
  ) throws(RenderFailure) -> CallRequest {
    var context = forwarded.context(of: request, scope)
    context.leaveTrace()
    context.baggage = nil
    context.tracing = ClientInfo.ownLines(isSampled: context.isSampled)
    var made = try composer.request(of: 0, values, context)
    made.keepsHeaders = true
    return made
  }
}
