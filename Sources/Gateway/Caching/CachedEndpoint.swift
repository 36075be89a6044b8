import Caching
import Composing
import Front
import Messages
import NIOCore
import Plans

/// A composite route with `cache`: answers from memory on the front loop, else asks the cache, else has the answer
/// composed and gives it to the cache. *Immutable.*
final class CachedEndpoint: Endpoint {
  let body: BodyMode
  private let kept: RouteCache
  private let composite: CompositeEndpoint
  private let state: GatewayState

  init(_ composite: CompositeEndpoint, _ kept: RouteCache, _ state: GatewayState) {
    self.composite = composite
    self.kept = kept
    self.state = state
    body = composite.body
  }

  func serve(_ exchange: Exchange) {
    let key = kept.key(of: exchange.request)
    let wishes = CacheWishes(exchange.request, isHeard: kept.plan.clientControl)
    if wishes.bypasses { return bypass(exchange) }
    guard let hit = kept.cache.hit(key) else { return ask(exchange, key, wishes, isReload: wishes.wantsReload) }
    guard wishes.take(hit) else { return refused(exchange, key, wishes) }
    give(exchange, hit, wishes, key)
  }

  private func give(_ exchange: Exchange, _ hit: CacheHit, _ wishes: CacheWishes, _ key: CacheKey) {
    answer(exchange, hit, wishes)
    if hit.needsRefresh { refresh(exchange, key) }
  }

  // MARK: Not in memory

  private func ask(_ exchange: Exchange, _ key: CacheKey, _ wishes: CacheWishes, isReload: Bool) {
    let context: RequestContext
    do throws(RequestBodyFailure) {
      context = try composite.sharedContext(exchange.request)
    } catch {
      return exchange.reply(error.problem.reply())
    }
    let question = kept.question(key, isReload: isReload)
    kept.cache.loop(exchange.loopIndex).resolve(question) { [self] found in
      switch found {
      case .hit(let hit) where wishes.take(hit): give(exchange, hit, wishes, key)
      case .hit: refused(exchange, key, wishes)
      case .fetch(let ticket) where wishes.onlyIfCached:
        ticket.abandon()
        answerThatNothingIsKept(exchange)
      case .fetch(let ticket): fetch(exchange, context, ticket, wishes)
      }
    }
  }

  /// There is an entry, but not one for this client.
  private func refused(_ exchange: Exchange, _ key: CacheKey, _ wishes: CacheWishes) {
    if wishes.onlyIfCached { return answerThatNothingIsKept(exchange) }
    if wishes.hasDirectives { return ask(exchange, key, wishes, isReload: true) }
    bypass(exchange)
  }

  /// Goes on without its client where others wait for the same.
  private func fetch(
    _ exchange: Exchange, _ context: RequestContext, _ ticket: FetchTicket, _ wishes: CacheWishes
  ) {
    compose(exchange.request, context, on: exchange.loopIndex, ticket) { [self] composed, hit in
      if wishes.handling == .strict, composed.isPartial, hit.entry.isPartial {
        let reply = composite.composer.strictReply(of: composed)
        exchange.reply(reply.keptNowhere(hit.status))
      } else {
        // A lifted cookie goes to the client whose request it was, and to nobody else.
        let own = hit.isStandIn ? [] : composed.reply.headers.filter(\.isOfOneClient)
        exchange.onLoop { self.answer(exchange, hit, wishes, own) }
      }
    } then: { task in
      exchange.onAbandoned { if !ticket.hasFollowers { task.cancel() } }
    }
  }

  /// Behind a stale answer; nobody waits, so nobody's leaving ends it.
  private func refresh(_ exchange: Exchange, _ key: CacheKey) {
    let (request, index) = (exchange.request, exchange.loopIndex)
    kept.cache.loop(index).refresh(kept.question(key)) { [self] ticket in
      guard let context = try? composite.sharedContext(request) else { return ticket.abandon() }
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
      if Task.isCancelled || state.isCuttingOff { return ticket.abandon() }
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

  private func answer(_ exchange: Exchange, _ hit: CacheHit, _ wishes: CacheWishes, _ own: [HeaderField] = []) {
    let entry = hit.entry
    let isKnown = entry.status == 200 && wishes.knows(entry.etag)
    let form = own.isEmpty ? entry.lines : entry.linesOfOneClient
    let lines = isKnown ? form.validators : form.all
    exchange.reply(
      status: isKnown ? 304 : entry.status, body: isKnown ? ByteBuffer() : entry.body,
      room: lines.readableBytes + 128
    ) { head in
      head.writeImmutableBuffer(lines)
      hit.writeLines(to: &head)
      if let handling = wishes.handling {
        head.writeString("Preference-Applied: handling=\(handling.rawValue)\r\n")
      }
      for field in own where HeaderTemplate.isAllowed(field.value) {
        head.writeString("\(field.name): \(field.value)\r\n")
      }
    }
  }

  /// Composed for this client alone.
  private func bypass(_ exchange: Exchange) {
    composite.serve(exchange) { $0.keptNowhere(.forwarded(.bypass, stored: false, collapsed: false)) }
  }

  private func answerThatNothingIsKept(_ exchange: Exchange) {
    let problem = Problem(504, detail: "The answer is not kept, and the request says only-if-cached.")
    exchange.reply(problem.reply().keptNowhere(.forwarded(.miss, stored: false, collapsed: false)))
  }
}

extension Reply {
  /// With the lines of an answer that the cache did not keep.
  fileprivate func keptNowhere(_ status: CacheStatus) -> Reply {
    var reply = self
    reply.headers.append(HeaderField("Cache-Control", CacheControl.notStored))
    reply.headers.append(HeaderField("Cache-Status", status.value))
    return reply
  }
}

extension HeaderField {
  /// Never kept, but the client whose request it was gets it.
  fileprivate var isOfOneClient: Bool { isNamed("set-cookie") || isNamed("www-authenticate") }
}
