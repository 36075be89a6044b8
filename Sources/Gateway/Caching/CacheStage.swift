import Caching
import Composing
import Front
import Messages
import NIOCore
import Plans

/// The cache of a composite route: answers from memory on the front loop, else asks Redis and fetches under way, else
/// has the answer composed and keeps it. What it has nothing to do with passes. *Immutable.*
final class CacheStage: Stage {
  let name = StageName.cache.rawValue
  let seesAnswers = true
  private let kept: RouteCache
  private let composite: CompositeEndpoint

  init(_ composite: CompositeEndpoint, _ kept: RouteCache) {
    self.composite = composite
    self.kept = kept
  }

  func enter(_ exchange: Exchange) -> StageStep {
    let key = kept.key(of: exchange.request)
    let wishes = CacheWishes(exchange.request, isHeard: kept.plan.clientControl)
    if wishes.bypasses { return bypass(exchange) }
    guard let hit = kept.cache.hit(key) else {
      ask(exchange, key, wishes, isReload: wishes.wantsReload)
      return .wait
    }
    guard wishes.take(hit) else { return refused(exchange, key, wishes) }
    give(exchange, hit, wishes, key)
    return .wait
  }

  /// Marks what is composed for one client alone.
  func leave(
    _ exchange: Exchange, _ head: inout AnswerHead, _ fields: some FieldSequence, length: Int?
  ) -> (any BodyFilter)? {
    if exchange.record.cache == .bypass {
      head.changes.add("Cache-Control", CacheControl.notStored)
      head.changes.add("Cache-Status", CacheStatus.forwarded(.bypass, stored: false, collapsed: false).value)
    }
    return nil
  }

  private func give(_ exchange: Exchange, _ hit: CacheHit, _ wishes: CacheWishes, _ key: CacheKey) {
    answer(exchange, hit, wishes, key)
    if hit.needsRefresh { refresh(exchange, key) }
  }

  // MARK: Not in memory

  private func ask(_ exchange: Exchange, _ key: CacheKey, _ wishes: CacheWishes, isReload: Bool) {
    let context: RequestContext
    do throws(RequestBodyFailure) {
      context = try composite.sharedContext(exchange.request)
    } catch {
      return exchange.answer(error.problem.answer())
    }
    let question = kept.question(key, isReload: isReload)
    kept.cache.loop(exchange.loopIndex).resolve(question) { [self] found in
      switch found {
      case .hit(let hit) where wishes.take(hit): give(exchange, hit, wishes, key)
      case .hit: exchange.resume(refused(exchange, key, wishes))
      case .fetch(let ticket) where wishes.onlyIfCached:
        ticket.abandon()
        exchange.answer(Self.nothingIsKept)
      case .fetch(let ticket): fetch(exchange, context, ticket, wishes, key)
      }
    }
  }

  /// Goes on where there is an entry, but not one for this client.
  private func refused(_ exchange: Exchange, _ key: CacheKey, _ wishes: CacheWishes) -> StageStep {
    if wishes.onlyIfCached { return .answer(Self.nothingIsKept) }
    guard wishes.hasDirectives else { return bypass(exchange) }
    ask(exchange, key, wishes, isReload: true)
    return .wait
  }

  /// Goes on without its client where others wait for the same.
  private func fetch(
    _ exchange: Exchange, _ context: RequestContext, _ ticket: FetchTicket, _ wishes: CacheWishes, _ key: CacheKey
  ) {
    compose(exchange.request, context, on: exchange.loopIndex, ticket) { [self] composed, hit in
      if wishes.handling == .strict, composed.isPartial, hit.entry.isPartial {
        let answer = composite.composer.strictAnswer(of: composed)
        exchange.answer(answer.keptNowhere(hit.status))
      } else {
        // A lifted cookie goes to the client whose request it was, and to nobody else.
        let own = hit.isStandIn ? [] : composed.answer.headers.filter(\.isOfOneClient)
        let calls = composed.answer.calls
        exchange.onLoop {
          exchange.record.calls = calls
          self.answer(exchange, hit, wishes, key, own)
        }
      }
    } then: { task in
      exchange.onAbandoned { if !ticket.hasFollowers { task.cancel() } }
    }
  }

  /// Fetches anew behind a stale answer; nobody waits, so nobody's leaving ends it.
  private func refresh(_ exchange: Exchange, _ key: CacheKey) {
    let (request, index) = (exchange.request, exchange.loopIndex)
    kept.cache.loop(index).refresh(kept.question(key)) { [self] ticket in
      guard let context = try? composite.sharedContext(request, isAwaited: false) else { return ticket.abandon() }
      compose(request, context, on: index, ticket)
    }
  }

  private func compose(
    _ request: IncomingRequest, _ context: RequestContext, on index: Int, _ ticket: FetchTicket,
    _ finished: @escaping @Sendable (Composite, CacheHit) -> Void = { _, _ in },
    then begun: (Task<Void, Never>) -> Void = { _ in }
  ) {
    if composite.composer.plan.calls.isEmpty {
      return composite.composeStatic(context) { [self] composed in
        finished(composed, keep(composed, nil, ticket, request))
      }
    }
    let task = Task(executorPreference: composite.callers[index].loop.reactor) { [self] in
      let (composed, notes) = await composite.compose(request, context, on: index)
      // What was cut off says nothing of the backends.
      if Task.isCancelled || composite.callers[index].loop.isCutOff { return ticket.abandon() }
      finished(composed, keep(composed, notes, ticket, request))
    }
    begun(task)
  }

  private func keep(
    _ composed: Composite, _ notes: FetchNotes?, _ ticket: FetchTicket, _ request: IncomingRequest
  ) -> CacheHit {
    composite.note(composed, request)
    return kept.keep(composed, notes, ticket)
  }

  // MARK: Answers

  private func answer(
    _ exchange: Exchange, _ hit: CacheHit, _ wishes: CacheWishes, _ key: CacheKey, _ own: [HeaderField] = []
  ) {
    let entry = hit.entry
    let size = entry.size
    let isKnown = entry.status == 200 && wishes.knows(entry.etag)
    exchange.record.cache = CacheResult(hit.status)
    exchange.record.cacheLevel = hit.isNew ? nil : hit.level
    exchange.record.isPartial = entry.isPartial
    exchange.record.outcome = entry.outcome
    exchange.answer(
      status: entry.status, own.isEmpty ? entry.prepared : entry.preparedForOneClient, isNotModified: isKnown,
      OwnFields(hit: hit, handling: wishes.handling, others: own), body: entry.body)
    // It was compressed for the first time.
    if entry.size != size { kept.cache.memory.recount(entry, for: key) }
  }

  /// Composed for this client alone.
  private func bypass(_ exchange: Exchange) -> StageStep {
    exchange.record.cache = .bypass
    return .pass
  }

  private static let nothingIsKept = Problem(
    504, detail: "The answer is not kept, and the request says only-if-cached."
  ).answer().keptNowhere(.forwarded(.miss, stored: false, collapsed: false))
}

/// The fields beside an entry's own for one client. A value.
private struct OwnFields: FieldSequence {
  let hit: CacheHit
  let handling: RequestContext.Handling?
  let others: [HeaderField]

  var estimatedBytes: Int { hit.estimatedBytes + others.estimatedBytes }

  func forEachField(_ body: (_ name: UnsafeBufferPointer<UInt8>, _ value: UnsafeBufferPointer<UInt8>) -> Void) {
    hit.forEachField(body)
    if let handling { [HeaderField("Preference-Applied", "handling=\(handling.rawValue)")].forEachField(body) }
    if !others.isEmpty { others.forEachField(body) }
  }
}

extension Answer {
  /// Adds the lines of an answer that the cache did not keep.
  fileprivate func keptNowhere(_ status: CacheStatus) -> Answer {
    var answer = self
    answer.headers.append(HeaderField("Cache-Control", CacheControl.notStored))
    answer.headers.append(HeaderField("Cache-Status", status.value))
    return answer
  }
}

extension HeaderField {
  /// Whether it is never kept, but goes to the client whose request it was.
  fileprivate var isOfOneClient: Bool { isNamed("set-cookie") || isNamed("www-authenticate") }
}

extension CacheResult {
  init(_ status: CacheStatus) {
    switch status {
    case .hit: self = .hit
    case .staleWhileRevalidate, .staleIfError: self = .stale
    case .forwarded(.bypass, _, _): self = .bypass
    case .forwarded(_, _, collapsed: true): self = .collapsed
    case .forwarded: self = .miss
    }
  }
}
