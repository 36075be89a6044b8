import Caching
import Logging
import Messages
import Plans

/// One call's part of the cache. *Immutable*.
struct CallCache: Sendable {
  let call: CallPlan
  private let backend: String
  /// What `purge --route` of a route with this call drops, too: all that is kept of its backend.
  let tag: CacheTag
  let rules: CacheRules
  private let respectsBackend: Bool
  private let notice: WithheldNotice
  /// Backend and `cache`, digested already.
  private let start: CacheKeyBuilder

  init(_ call: CallPlan, _ plan: CachePlan, _ backend: BackendPlan, _ notice: WithheldNotice) {
    self.call = call
    self.backend = backend.name
    self.notice = notice
    tag = CallCache.tag(of: backend)
    rules = CacheRules(plan)
    respectsBackend = plan.respectsBackend
    var start = CacheKeyBuilder(
      route: CallCache.identity(of: backend), fingerprint: DefinitionFingerprint.text(of: backend, plan))
    // What counts as a success is part of what is kept.
    start.add(.call, "accept", list: (100...599).filter { call.accept.contains($0) }.map(String.init))
    start.add(.call, "absent", list: (100...599).filter { call.absent.contains($0) }.map(String.init))
    start.add(.call, "as", call.decoding.rawValue)
    start.add(.call, "select", call.select?.source)
    self.start = start
  }

  /// Gives a response to the cache, for as long as the call and, where it is heard, the backend say.
  func keep(_ response: CallResponse, _ draft: CacheDraft, _ ticket: FetchTicket) -> CacheHit {
    guard case .response(_, let headers, _) = response.result, let said = CacheDirectives(response: headers) else {
      return ticket.finish(draft)
    }
    if respectsBackend { return ticket.finish(draft, lifetime: said.limiting(rules.lifetime)) }
    let hit = ticket.finish(draft)
    if said.withholds, hit.isNew, hit.isStored { notice.give(backend: backend) }
    return hit
  }

  static func tag(of backend: BackendPlan) -> CacheTag { CacheTag(route: identity(of: backend)) }

  private static func identity(of backend: BackendPlan) -> String { "call \(backend.name)" }

  /// The resolved request without what only tells which request of which client it is.
  func key(of request: CallRequest) -> CacheKey {
    var key = start
    key.add(.call, "method", request.method)
    key.add(.call, "target", request.target)
    key.add(.call, "tags", list: request.tags)
    if let body = request.body { key.add(.call, "body", bytes: body) }
    for field in request.headers { key.add(.header, field.name.lowercased(), field.value) }
    return key.key()
  }
}

/// The part of the cache that a route's calls have. *Immutable*.
struct KeptCalls: Sendable {
  let cache: CompositeCache
  /// The calls' parts of the cache; `nil` for those without `cache`.
  let calls: [CallCache?]
  /// The route's answer is kept: what the backends' `Cache-Control` says counts for it.
  let notesControl: Bool

  /// `nil` where neither a call nor the route keeps anything.
  init?(
    _ route: String, _ composite: CompositePlan, _ backends: [BackendPlan], _ cache: CompositeCache?,
    _ logger: Logger
  ) {
    notesControl = composite.cache != nil
    guard let cache, notesControl || composite.calls.contains(where: { $0.cache != nil }) else { return nil }
    self.cache = cache
    calls = composite.calls.map { call in
      call.cache.map { plan in
        CallCache(
          call, plan, backends[call.request.backend], WithheldNotice(logger, route: route, call: call.name))
      }
    }
  }
}
