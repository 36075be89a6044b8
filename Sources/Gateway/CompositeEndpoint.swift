import Composing
import Front
import Logging
import Messages
import Plans
import Timing

/// A composite route at the front: turns a request into a composition on the partner transfer loop, and its answer
/// into a reply. *Immutable.*
final class CompositeEndpoint: Endpoint {
  let body: BodyMode
  private let composer: Composer
  private let callers: [UpstreamCaller]
  private let forwarded: Set<String>
  private let sendsUnsafe: Bool
  private let log: OutcomeLog

  init(_ composer: Composer, callers: [UpstreamCaller], maximumBody: Int, log: OutcomeLog) {
    let plan = composer.plan
    self.composer = composer
    self.callers = callers
    self.log = log
    body = plan.reads.body ? .buffered(max: maximumBody) : .ignored
    forwarded = Set(plan.calls.flatMap(\.forward))
    sendsUnsafe = plan.calls.contains { !["GET", "HEAD", "OPTIONS"].contains($0.request.method) }
  }

  func serve(_ exchange: Exchange) {
    let context: RequestContext
    do throws(RequestBodyFailure) {
      context = try self.context(exchange.request)
    } catch {
      return exchange.reply(error.problem.reply())
    }
    if composer.plan.calls.isEmpty { return finish(exchange, composer.composeStatic(context)) }
    let caller = callers[exchange.loopIndex]
    let task = Task(executorPreference: caller.loop.reactor) { [self] in
      let composite = await composer.compose(context, caller: caller)
      // Cancelled means that the client left: nobody is there to be answered, and nothing failed.
      if !Task.isCancelled { finish(exchange, composite) }
    }
    exchange.onAbandoned { task.cancel() }
  }

  private func finish(_ exchange: Exchange, _ composite: Composite) {
    exchange.reply(composite.reply)
    if !composite.isPlain { log.note(composite, composer.plan, requestID: exchange.request.client.requestID) }
  }

  private func context(_ request: IncomingRequest) throws(RequestBodyFailure) -> RequestContext {
    let plan = composer.plan
    let scope = try RequestScope.make(request, reads: plan.reads, env: plan.env)
    var context = RequestContext(scope: scope, started: Instant.now())
    context.tracing = plan.calls.isEmpty ? nil : request.client.forwardingLines()
    if !forwarded.isEmpty {
      context.forwardable = request.headers.compactMap { name, value in
        let name = name.lowercased()
        return forwarded.contains(name) ? HeaderField(name, value) : nil
      }
    }
    if sendsUnsafe { context.idempotencyKey = request.headers.first(name: "idempotency-key") }
    context.handling = Preference.handling(in: request.headers[canonicalForm: "prefer"])
    return context
  }
}
