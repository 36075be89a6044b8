import Caching
import Composing
import Front
import Messages
import Timing

/// One call with `cache` under way: from memory, from Redis or another's fetch, else fetched and given to the cache.
/// *Confined to* the transfer loop's thread, hence `@unchecked Sendable`; the cache's answers come over from a front
/// loop.
final class CallLookup: BegunCall, @unchecked Sendable {
  private let request: CallRequest
  private let kept: CallCache
  private let caller: CacheFirstCaller
  private let deadline: Instant
  private let question: CacheRequest
  /// The one who waits, until it has ended; nobody waits for a refresh.
  private var completion: ((CallResponse) -> Void)?
  private var fetch: (call: any BegunCall, ticket: FetchTicket)?

  init(
    _ request: CallRequest, _ kept: CallCache, _ caller: CacheFirstCaller, deadline: Instant,
    _ completion: ((CallResponse) -> Void)?
  ) {
    self.request = request
    self.kept = kept
    self.caller = caller
    self.deadline = deadline
    self.completion = completion
    let rest = max(.milliseconds(1), caller.now().duration(to: deadline))
    var question = CacheRequest(key: kept.key(of: request), route: kept.tag, rules: kept.rules, fetchTimeout: rest)
    question.fleetTimeout = rest / 2
    self.question = question
  }

  private var cache: CompositeCache { caller.caches.cache }

  var mayHaveArrived: Bool { fetch?.call.mayHaveArrived ?? false }

  var isInDoubt: Bool { fetch?.call.isInDoubt ?? false }

  func attempts(endedAs outcome: String, at now: Instant) -> AttemptTraces {
    fetch?.call.attempts(endedAs: outcome, at: now) ?? AttemptTraces()
  }

  func beginNoMore() { fetch?.call.beginNoMore() }

  func start() {
    if let hit = cache.hit(question.key) { return use(hit) }
    cache.resolve(question, onLoop: caller.loopIndex) { [self] finding in
      caller.execute { self.resolved(finding) }
    }
  }

  /// The composition has ended, or its client left. A fetch goes on as long as others wait for it.
  func cancel() {
    guard let completion else { return }
    self.completion = nil
    if let fetch, !fetch.ticket.hasFollowers { fetch.call.cancel() }
    completion(CallResponse(.failure(.cancelled), wasSent: fetch != nil))
  }

  private func resolved(_ finding: CacheFinding) {
    switch finding {
    case .hit(let hit): use(hit)
    case .fetch(let ticket) where completion == nil: ticket.abandon()
    case .fetch(let ticket): fetch(ticket)
    }
  }

  private func fetch(_ ticket: FetchTicket) {
    var request = request
    request.keepsHeaders = true
    // Of what nobody waits for, nobody is told.
    if completion == nil, request.trace != nil { (request.trace, request.isSampled) = (nil, false) }
    request.commonHeaders = ClientInfo.ownLines(namesSpan: request.trace == nil, isSampled: request.isSampled)
    let call = caller.base.begin(request, deadline: deadline) { [self] response in fetched(response, ticket) }
    // It may be over already.
    if completion != nil { fetch = (call, ticket) }
  }

  private func fetched(_ response: CallResponse, _ ticket: FetchTicket) {
    fetch = nil
    if response.isCancelled || caller.base.loop.isCutOff {
      // What was cut off says nothing of the backend.
      ticket.abandon()
      var response = response
      response.cache = .miss
      end(response)
    } else {
      var draft = CallEntry.draft(of: response, kept.call.decode(response))
      draft.tags = request.tags.map { CacheTag($0) }
      use(kept.keep(response, draft, ticket), response)
    }
  }

  /// - Parameter fetched: the response that was waited for; `nil`: none was.
  private func use(_ hit: CacheHit, _ fetched: CallResponse? = nil) {
    if hit.needsRefresh { refresh() }
    guard completion != nil else { return }
    caller.notes.used(hit, of: caller.caches.notesControl ? request.backend : nil)
    let keepsHeaders = request.keepsHeaders
    var response = CallResponse(
      CallEntry.result(of: hit.failure ?? hit.entry, keepsHeaders: keepsHeaders), wasSent: fetched?.wasSent ?? false)
    response.note = fetched?.note
    response.attempts = fetched?.attempts ?? AttemptTraces()
    response.cache = CacheResult(hit.status)
    response.cacheLevel = hit.isNew ? nil : hit.level
    if hit.isStandIn { response.stale = CallEntry.result(of: hit.entry, keepsHeaders: keepsHeaders) }
    end(response)
  }

  private func end(_ response: CallResponse) {
    let completion = completion
    self.completion = nil
    completion?(response)
  }

  /// Fetches anew behind a stale value.
  private func refresh() {
    cache.refresh(question, onLoop: caller.loopIndex) { [request, kept, caller, question] ticket in
      caller.execute {
        let deadline = caller.now().advanced(by: question.fetchTimeout)
        CallLookup(request, kept, caller, deadline: deadline, nil).fetch(ticket)
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

extension CallResponse {
  fileprivate var isCancelled: Bool {
    if case .failure(.cancelled) = result { true } else { false }
  }
}
