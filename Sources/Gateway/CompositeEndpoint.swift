import Composing
import Front
import Logging
import Messages
import NIOPosix
import Plans
import Proxying
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
  /// `nil` where the route does not write.
  private let writes: WritesUnderWay?

  init(
    _ composer: Composer, callers: [DirectCaller], caches: KeptCalls?, maximumBody: Int, log: OutcomeLog,
    writes: WritesUnderWay
  ) {
    let plan = composer.plan
    self.composer = composer
    self.callers = callers
    self.caches = caches
    inputs = RequestInputs(plan.reads)
    self.log = log
    self.writes = plan.writes ? writes : nil
    body = plan.reads.body ? .buffered(max: maximumBody) : .ignored
    forwarded = ForwardedFields(plan, composer.backends)
  }

  func serve(_ exchange: Exchange) {
    let context: RequestContext
    do throws(RequestBodyFailure) {
      context = try self.context(exchange.request)
    } catch {
      return exchange.answer(error.problem.answer())
    }
    if composer.plan.calls.isEmpty {
      return composeStatic(context, steps: exchange.stepsLeft) { [self] composite in answer(exchange, composite) }
    }
    if let writes { return write(exchange, context, writes) }
    let index = exchange.loopIndex
    let task = Task(executorPreference: callers[index].loop.reactor) { [self] in
      let composite = await compose(exchange.request, context, on: index).composite
      // Cancelled means that the client left: nobody is there to be answered, and nothing failed.
      if Task.isCancelled { exchange.workEnded(.undone) } else { answer(exchange, composite) }
    }
    exchange.onAbandoned { task.cancel() }
  }

  /// As the rest of `serve`, where the composite may go on behind its answer, and without its client.
  private func write(_ exchange: Exchange, _ context: RequestContext, _ writes: WritesUnderWay) {
    guard writes.begin() else {
      let detail = "too many writes of earlier requests have not ended"
      return exchange.refuse("writes", Problem(503, detail: detail, headers: [HeaderField("Retry-After", "1")]))
    }
    exchange.outlivesClient = true
    let caller = callers[exchange.loopIndex]
    let task = Task(executorPreference: caller.loop.reactor) { [self] in
      let course = WritingCourse(exchange: exchange, endpoint: self, writes: writes)
      let end: WritesEnd
      if let caches {
        let caller = CacheFirstCaller(base: caller, caches: caches, loopIndex: exchange.loopIndex)
        end = await composer.compose(context, caller: caller, listener: course)
      } else {
        end = await composer.compose(context, caller: caller, listener: course)
      }
      writes.end(end, of: log.route, detached: course.detachedBytes)
      log.note(end, composer, requestID: exchange.request.client.requestID, isCutOff: caller.loop.isCutOff)
      exchange.workEnded(course.end)
      if !course.hasClient { exchange.concluded(outcome: end.outcome, end.calls) }
    }
    exchange.onAbandoned { task.cancel() }
  }

  /// Composes a route without calls: at once where its expressions are cheap, else on a thread that no other request
  /// waits for. At most `requestsInFlight` wait for one.
  /// - Parameter steps: what the request has left of those on its loop.
  func composeStatic(
    _ context: RequestContext, steps: Int = .max, then answer: @escaping @Sendable (Composite) -> Void
  ) {
    if let composite = composer.composeBriefly(context, steps: steps) { return answer(composite) }
    OutsideWork.begins()
    NIOThreadPool.singleton.submit { [composer] _ in
      answer(composer.composeStatic(context))
      OutsideWork.ended()
    }
  }

  /// Composes on the partner transfer loop. The notes are what the parts say of how long the answer may be kept.
  func compose(
    _ request: IncomingRequest, _ context: RequestContext, on index: Int
  ) async -> (composite: Composite, notes: FetchNotes?) {
    guard let caches else { return (await composer.compose(context, caller: callers[index]), nil) }
    let caller = CacheFirstCaller(base: callers[index], caches: caches, loopIndex: index)
    return (await composer.compose(context, caller: caller), caller.notes)
  }

  /// Nothing was written: what nobody gets may be made again.
  private func answer(_ exchange: Exchange, _ composite: Composite) {
    if !exchange.take(composite.answer) { exchange.workEnded(.undone) }
    note(composite, exchange.request)
  }

  /// Tells the operator, where there is something to tell.
  func note(_ composite: Composite, _ request: IncomingRequest) {
    if !composite.isPlain { log.note(composite, composer.plan, requestID: request.client.requestID) }
  }

  /// Makes the context of an answer that others get too: nothing in it is of this client but what the route reads. What
  /// tells backends of the client or its request (`X-Forwarded-For`, `X-Request-Id` and their kind) is left out or the
  /// gateway's own, since it is not in the key; but for the trace, where spans are made of this request.
  /// - Parameter isAwaited: false where this request has its answer, and nothing is told of what is fetched.
  func sharedContext(
    _ request: IncomingRequest, isAwaited: Bool = true
  ) throws(RequestBodyFailure) -> RequestContext {
    var context = try context(request)
    (context.handling, context.baggage) = (nil, nil)
    if !isAwaited { context.leaveTrace() }
    if context.tracing != nil {
      context.tracing = ClientInfo.ownLines(namesSpan: context.trace == nil, isSampled: context.isSampled)
    }
    return context
  }

  private func context(_ request: IncomingRequest) throws(RequestBodyFailure) -> RequestContext {
    forwarded.context(of: request, try inputs.scope(request, env: composer.plan.env))
  }
}

/// The course of a composite that writes, as its exchange hears of it. *Confined to* the composing task.
private final class WritingCourse: CompositionListener {
  private let exchange: Exchange
  private let endpoint: CompositeEndpoint
  private let writes: WritesUnderWay
  /// The client's own body, which is kept for what is still to be sent.
  private let bodyBytes: Int
  /// The answer was in time.
  private(set) var hasClient = false
  private(set) var detachedBytes: Int?
  private var missed: Answer?

  init(exchange: Exchange, endpoint: CompositeEndpoint, writes: WritesUnderWay) {
    self.exchange = exchange
    self.endpoint = endpoint
    self.writes = writes
    bodyBytes = exchange.request.body?.count ?? 0
  }

  func answered(_ composite: Composite) {
    hasClient = exchange.take(composite.answer)
    if hasClient { endpoint.note(composite, exchange.request) } else { missed = composite.answer }
  }

  /// Where the client left before a write was sent, nothing is detached.
  var end: WorkEnd {
    guard let missed else { return .answered }
    return detachedBytes == nil ? .undone : .missed(missed)
  }

  func detached(holding bytes: Int) {
    let bytes = bytes + bodyBytes
    if let detachedBytes { writes.hold(bytes - detachedBytes) } else { writes.detach(holding: bytes) }
    detachedBytes = bytes
  }
}

/// The fields of a client's request that a composite's calls send on. *Immutable.*
struct ForwardedFields: Sendable {
  private let hasCalls: Bool
  private let names: Set<String>
  private let forwardsAll: Bool
  private let writes: Bool
  private let generatesKey: Bool

  init(_ plan: CompositePlan, _ backends: [BackendPlan]) {
    hasCalls = !plan.calls.isEmpty
    // Beside the gateway's own line of such a name, the client's would be believed.
    let forwarded = plan.calls.flatMap { $0.forward + ($0.compensation?.forward ?? []) }
    names = Set(forwarded).filter { !ClientInfo.isForwarding($0) }
    forwardsAll = plan.calls.contains { $0.forwardsAllBut != nil || $0.compensation?.forwardsAllBut != nil }
    let writes = plan.calls.filter { !$0.isSafe }
    self.writes = !writes.isEmpty
    let written = writes.flatMap { [$0.request.backend] + ($0.compensation.map { [$0.request.backend] } ?? []) }
    generatesKey = written.contains { backends[$0].generatesIdempotencyKeys }
  }

  /// Makes what a composition knows of `request`, whose inputs are in `scope`. The budget counts from now.
  func context(of request: IncomingRequest, _ scope: Scope) -> RequestContext {
    var context = RequestContext(scope: scope, started: Instant.now())
    if hasCalls {
      context.tracing = request.client.forwardingLines()
      context.trace = request.client.trace.parent
      context.isSampled = request.client.trace.isSampled
      context.baggage = request.client.chain?.baggage
    }
    if !names.isEmpty {
      context.forwardable = request.headers.compactMap { name, value in
        let name = name.lowercased()
        return names.contains(name) ? HeaderField(name, value) : nil
      }
    }
    if forwardsAll { context.passable = Self.passable(of: request) }
    if writes {
      context.idempotencyKey = Self.idempotencyKey(of: request)
      if context.idempotencyKey == nil, generatesKey {
        context.randomKey = RandomIDs.hex(.random(in: 0 ... .max), .random(in: 0 ... .max))
      }
      context.client = Self.owner(of: request)
    }
    context.handling = Preference.handling(in: request.headers[canonicalForm: "prefer"])
    return context
  }

  /// The client's own; several lines are one (RFC 9110 §5.3), and what is empty is none.
  private static func idempotencyKey(of request: IncomingRequest) -> String? {
    if let bytes = request.opaque.text(of: "idempotency-key") { return bytes }
    let lines = request.headers["idempotency-key"].filter { !$0.isEmpty }
    return lines.isEmpty ? nil : lines.joined(separator: ", ")
  }

  /// Stands for the client where keys are derived: who it has shown to be, by whatever credential, or what it has shown where
  /// it has no subject, else what it sends as `Authorization`; empty where nothing is there. The words before tell the kinds
  /// apart: nobody can send what stands for another.
  private static func owner(of request: IncomingRequest) -> String {
    if let owner = request.owner { return DerivedKey.text(["identity", owner.provider, owner.subject]) }
    let authorization = request.authorization
    if let credentials = request.namelessCredentials {
      return DerivedKey.text(["credentials", request.identity?.provider ?? ""] + credentials + authorization)
    }
    return authorization.isEmpty ? "" : DerivedKey.text(["authorization"] + authorization)
  }
}

extension ForwardedFields {
  /// All that may go along with a call: what is not between neighbours, about the client or its body, nor decides what
  /// of the answer comes, and in what form.
  fileprivate static func passable(of request: IncomingRequest) -> [HeaderField] {
    let kept = EndToEnd(request)
    return request.headers.compactMap { name, value in
      guard kept.contains(name) else { return nil }
      let name = name.lowercased()
      return decidesAnswer(HeaderField.withoutUnderscores(name)) ? nil : HeaderField(name, value)
    }
  }

  private static func decidesAnswer(_ name: String) -> Bool {
    name.hasPrefix("content-") || name.hasPrefix("if-")
      || ["accept-encoding", "range", "expect", "te", "upgrade", "idempotency-key"].contains(name)
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
