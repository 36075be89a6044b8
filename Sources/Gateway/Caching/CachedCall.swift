import Caching
import Composing
import Front
import Messages
import Timing

/// One call with `cache` under way: from memory, from Redis or another's fetch, else fetched and given to the cache.
/// *Confined to* the transfer loop's thread, hence `@unchecked Sendable`; the cache's answers come over from a front
/// loop.
final class CachedCall: Cancellable, @unchecked Sendable {
  private let request: CallRequest
  private let kept: CallCache
  private let caller: CachingCaller
  private let deadline: Instant
  private let question: CacheRequest
  /// Until it has ended; nobody waits for a refresh.
  private var reply: ((CallReply) -> Void)?
  private var fetch: (call: any Cancellable, ticket: FetchTicket)?

  init(
    _ request: CallRequest, _ kept: CallCache, _ caller: CachingCaller, deadline: Instant,
    _ reply: ((CallReply) -> Void)?
  ) {
    self.request = request
    self.kept = kept
    self.caller = caller
    self.deadline = deadline
    self.reply = reply
    let rest = max(.milliseconds(1), caller.now().duration(to: deadline))
    var question = CacheRequest(key: kept.key(of: request), route: kept.tag, rules: kept.rules, fetchTimeout: rest)
    question.fleetTimeout = rest / 2
    self.question = question
  }

  private var cache: CompositeCache { caller.caches.cache }

  func start() {
    if let hit = cache.hit(question.key) { return use(hit, wasSent: false) }
    cache.resolve(question, onLoop: caller.loopIndex) { [self] answer in
      caller.execute { self.resolved(answer) }
    }
  }

  /// The composition has ended, or its client left. A fetch goes on as long as others wait for it.
  func cancel() {
    guard let reply else { return }
    self.reply = nil
    if let fetch, !fetch.ticket.hasFollowers { fetch.call.cancel() }
    reply(CallReply(.failure(.cancelled), wasSent: fetch != nil))
  }

  private func resolved(_ answer: CacheAnswer) {
    switch answer {
    case .hit(let hit): use(hit, wasSent: false)
    case .fetch(let ticket) where reply == nil: ticket.abandon()
    case .fetch(let ticket): fetch(ticket)
    }
  }

  private func fetch(_ ticket: FetchTicket) {
    var request = request
    request.keepsHeaders = true
    request.commonHeaders = ClientInfo.ownLines()
    let call = caller.base.begin(request, deadline: deadline) { [self] answer in fetched(answer, ticket) }
    // It may be over already.
    if reply != nil { fetch = (call, ticket) }
  }

  private func fetched(_ answer: CallReply, _ ticket: FetchTicket) {
    fetch = nil
    if answer.isCancelled || caller.base.loop.isCutOff {
      // What was cut off says nothing of the backend.
      ticket.abandon()
      end(answer)
    } else {
      var draft = CallEntry.draft(of: answer, kept.call.decode(answer))
      draft.tags = request.tags.map { CacheTag($0) }
      use(kept.keep(answer, draft, ticket), wasSent: answer.wasSent, note: answer.note)
    }
  }

  private func use(_ hit: CacheHit, wasSent: Bool, note: String? = nil) {
    if hit.needsRefresh { refresh() }
    guard reply != nil else { return }
    caller.notes.used(hit, of: caller.caches.notesControl ? request.backend : nil)
    let keepsHeaders = request.keepsHeaders
    var answer = CallReply(
      CallEntry.result(of: hit.failure ?? hit.entry, keepsHeaders: keepsHeaders), wasSent: wasSent)
    answer.note = note
    if hit.isStandIn { answer.stale = CallEntry.result(of: hit.entry, keepsHeaders: keepsHeaders) }
    end(answer)
  }

  private func end(_ answer: CallReply) {
    let reply = reply
    self.reply = nil
    reply?(answer)
  }

  /// Behind a stale value.
  private func refresh() {
    cache.refresh(question, onLoop: caller.loopIndex) { [request, kept, caller, question] ticket in
      caller.execute {
        let deadline = caller.now().advanced(by: question.fetchTimeout)
        CachedCall(request, kept, caller, deadline: deadline, nil).fetch(ticket)
      }
    }
  }
}

extension FetchNotes {
  /// - Parameter backend: it is noted what this one said of it, too.
  fileprivate func used(_ hit: CacheHit, of backend: Int?) {
    let freshness = Freshness(hit.entry.times, at: .now())
    used(
      freshFor: hit.isStored ? .seconds(freshness.ttl) : .zero, isStale: hit.isStandIn || hit.needsRefresh,
      tags: hit.entry.tags)
    if let backend, let control = CallEntry.control(of: hit.entry) {
      heard(CacheDirectives(control).aged(by: .seconds(freshness.age)), of: backend)
    }
  }
}

extension CallReply {
  fileprivate var isCancelled: Bool {
    if case .failure(.cancelled) = result { true } else { false }
  }
}
