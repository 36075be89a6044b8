import Composing
import Front
import Logging
import Messages
import NIOPosix
import Plans
import Timing

/// A composite route at the front: turns a request into a composition on the partner transfer loop, and its answer
/// into an answer. *Immutable.*
final class CompositeEndpoint: Endpoint {
  let body: BodyMode
  let composer: Composer
  let callers: [DirectCaller]
  /// The calls that keep something, where there are some.
  private let caches: KeptCalls?
  private let inputs: RequestInputs
  private let forwarded: ForwardedFields
  private let log: OutcomeLog

  init(_ composer: Composer, callers: [DirectCaller], caches: KeptCalls?, maximumBody: Int, log: OutcomeLog) {
    let plan = composer.plan
    self.composer = composer
    self.callers = callers
    self.caches = caches
    inputs = RequestInputs(plan.reads)
    self.log = log
    body = plan.reads.body ? .buffered(max: maximumBody) : .ignored
    forwarded = ForwardedFields(plan)
  }

  func serve(_ exchange: Exchange) {
    let context: RequestContext
    do throws(RequestBodyFailure) {
      context = try self.context(exchange.request)
    } catch {
      return exchange.answer(error.problem.answer())
    }
    if composer.plan.calls.isEmpty {
      return composeStatic(context) { [self] composite in answer(exchange, composite) }
    }
    let index = exchange.loopIndex
    let task = Task(executorPreference: callers[index].loop.reactor) { [self] in
      let composite = await compose(exchange.request, context, on: index).composite
      // Cancelled means that the client left: nobody is there to be answered, and nothing failed.
      if !Task.isCancelled { answer(exchange, composite) }
    }
    exchange.onAbandoned { task.cancel() }
  }

  /// Composes a route without calls: at once where its expressions are cheap, else on a thread that no other request
  /// waits for. At most `requestsInFlight` wait for one.
  func composeStatic(_ context: RequestContext, then answer: @escaping @Sendable (Composite) -> Void) {
    if let composite = composer.composeBriefly(context) { return answer(composite) }
    NIOThreadPool.singleton.submit { [composer] _ in answer(composer.composeStatic(context)) }
  }

  /// Composes on the partner transfer loop. The notes are what the parts say of how long the answer may be kept.
  func compose(
    _ request: IncomingRequest, _ context: RequestContext, on index: Int
  ) async -> (composite: Composite, notes: FetchNotes?) {
    guard let caches else { return (await composer.compose(context, caller: callers[index]), nil) }
    let caller = CacheFirstCaller(base: callers[index], caches: caches, loopIndex: index)
    return (await composer.compose(context, caller: caller), caller.notes)
  }

  private func answer(_ exchange: Exchange, _ composite: Composite) {
    exchange.answer(composite.answer)
    note(composite, exchange.request)
  }

  /// Tells the operator, where there is something to tell.
  func note(_ composite: Composite, _ request: IncomingRequest) {
    if !composite.isPlain { log.note(composite, composer.plan, requestID: request.client.requestID) }
  }

  /// Makes the context of an answer that others get too: nothing in it is of this client but what the route reads. What
  /// tells backends of the client or its request (`X-Forwarded-For`, `X-Request-Id` and their kind) is left out or the
  /// gateway's own, since it is not in the key.
  func sharedContext(_ request: IncomingRequest) throws(RequestBodyFailure) -> RequestContext {
    var context = try context(request)
    context.handling = nil
    if context.tracing != nil { context.tracing = ClientInfo.ownLines() }
    return context
  }

  private func context(_ request: IncomingRequest) throws(RequestBodyFailure) -> RequestContext {
    forwarded.context(of: request, try inputs.scope(request, env: composer.plan.env))
  }
}

/// The fields of a client's request that a composite's calls send on. *Immutable.*
struct ForwardedFields: Sendable {
  private let hasCalls: Bool
  private let names: Set<String>
  private let sendsUnsafe: Bool

  init(_ plan: CompositePlan) {
    hasCalls = !plan.calls.isEmpty
    // Beside the gateway's own line of such a name, the client's would be believed.
    names = Set(plan.calls.flatMap(\.forward)).filter { !ClientInfo.isForwarding($0) }
    sendsUnsafe = plan.calls.contains { !$0.isSafe }
  }

  /// Makes what a composition knows of `request`, whose inputs are in `scope`. The budget counts from now.
  func context(of request: IncomingRequest, _ scope: Scope) -> RequestContext {
    var context = RequestContext(scope: scope, started: Instant.now())
    context.tracing = hasCalls ? request.client.forwardingLines() : nil
    if !names.isEmpty {
      context.forwardable = request.headers.compactMap { name, value in
        let name = name.lowercased()
        return names.contains(name) ? HeaderField(name, value) : nil
      }
    }
    // Keys that differ in bytes which are no text would become one.
    if sendsUnsafe, !request.opaque.contains("idempotency-key") {
      context.idempotencyKey = request.headers.first(name: "idempotency-key")
    }
    context.handling = Preference.handling(in: request.headers[canonicalForm: "prefer"])
    return context
  }
}

/// RFC 7240's `Prefer`, of which `handling` is honoured.
enum Preference {
  /// The first `handling` of the field's values; `nil` where there is none, or it says neither.
  static func handling(in values: some Sequence<Substring>) -> RequestContext.Handling? {
    for value in values {
      for preference in HeaderName.elements(value) {
        let parts = preference.utf8.prefix { $0 != UInt8(ascii: ";") }
          .split(separator: UInt8(ascii: "="), maxSplits: 1).map { HeaderName.trimmed(Substring($0)) }
        guard parts.count == 2, parts[0].lowercased() == "handling" else { continue }
        let word = parts[1].filter { $0 != "\"" }
        if let handling = RequestContext.Handling(rawValue: word.lowercased()) { return handling }
      }
    }
    return nil
  }
}
