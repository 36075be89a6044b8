import Caching
import Composing
import Front
import Logging
import Messages
import NIOCore
import Plans
import Synchronization

/// A route's part of the cache: how its keys are made, how long its answers are kept. *Immutable*.
struct RouteCache: Sendable {
  let cache: CompositeCache
  let plan: CachePlan
  /// The tag by which its entries are purged.
  let tag: CacheTag
  private let inputs: KeyInputs
  private let rules: CacheRules
  private let isPrivate: Bool
  private let vary: HeaderField?
  private let timeout: Duration
  private let backends: [String]
  private let notice: WithheldNotice

  init(
    _ route: RoutePlan, _ composite: CompositePlan, _ plan: CachePlan, _ gateway: GatewayPlan, _ cache: CompositeCache,
    _ logger: Logger
  ) {
    self.cache = cache
    self.plan = plan
    tag = CacheTag(route: route.identity)
    inputs = KeyInputs(route, composite, plan, gateway.backends)
    rules = CacheRules(plan)
    let reads = composite.reads.union(route.policies.reads(beside: composite.reads))
    isPrivate = reads.isPrivate
    vary = reads.vary.map { HeaderField("Vary", $0) }
    timeout = composite.timeout
    backends = gateway.backends.map(\.name)
    notice = WithheldNotice(logger, route: route.name)
  }

  func key(of request: IncomingRequest) -> CacheKey { inputs.key(of: request) }

  /// Waiting for another gateway's fetch leaves half of the time for one's own: the other may have died.
  func question(_ key: CacheKey, isReload: Bool = false) -> CacheRequest {
    var question = CacheRequest(
      key: key, route: tag, rules: rules, fetchTimeout: timeout, isReload: isReload)
    question.fleetTimeout = timeout / 2
    return question
  }

  /// Gives an answer to the cache and says what goes out.
  func keep(_ composite: Composite, _ notes: FetchNotes?, _ ticket: FetchTicket) -> CacheHit {
    var draft = CacheDraft(
      status: composite.answer.status, headers: composite.answer.headers, body: ByteBuffer(bytes: composite.answer.body)
    )
    if let vary { draft.headers.append(vary) }
    draft.isPartial = composite.isPartial
    draft.isPrivate = isPrivate
    guard let tags = composite.tags else { return ticket.finish(draft, lifetime: CacheLifetime(ttl: .zero)) }
    draft.tags = tags.map { CacheTag($0) }
    guard let notes else { return ticket.finish(draft) }
    draft.add(notes.tags)
    if notes.withholding != nil { draft.isPrivate = true }
    let lifetime = rules.lifetime(of: draft).map {
      notes.limiting(
        $0, inherits: plan.ttl == nil, respectsBackends: plan.respectsBackend, partialTtl: plan.partialTtl)
    }
    let hit = ticket.finish(draft, lifetime: lifetime)
    if let backend = notes.withholding, hit.isNew, hit.isStored, !plan.respectsBackend {
      notice.give(backend: backends[backend])
    }
    return hit
  }
}

extension CacheDraft {
  /// The names of its parts, too.
  fileprivate mutating func add(_ more: [CacheTag]) {
    if more.isEmpty { return }
    var all = DistinctList<CacheTag>(atMost: CompositeCache.mostTags)
    all.append(contentsOf: tags)
    all.append(contentsOf: more)
    tags = all.elements
  }
}

extension CacheRules {
  /// Makes the rules of a plan; what `inherit` means is cut down from the longest.
  init(_ plan: CachePlan) {
    self.init(
      CacheLifetime(
        ttl: plan.ttl ?? CachePlan.longest, staleWhileRevalidate: plan.staleWhileRevalidate,
        staleIfError: plan.staleIfError, jitter: plan.jitter),
      partialTtl: plan.partialTtl, errorTtl: plan.errorTtl)
  }
}

extension RoutePlan {
  /// The same in every process that has this route; no two routes of a folder share it.
  var identity: String { "\(bff)\n\(hosts.joined(separator: " "))\n\(name)" }
}

/// Tells the operator, once, that something is kept although its backend says that it is not to be. *Guarded by* its
/// atomic.
final class WithheldNotice: Sendable {
  private let isGiven = Atomic<Bool>(false)
  private let logger: Logger
  private let place: Logger.Metadata

  /// - Parameter call: that keeps it; `nil`: the route does.
  init(_ logger: Logger, route: String, call: String? = nil) {
    self.logger = logger
    var place: Logger.Metadata = ["route": "\(route)"]
    if let call { place["call"] = "\(call)" }
    self.place = place
  }

  func give(backend: String) {
    guard !isGiven.exchange(true, ordering: .relaxed) else { return }
    logger.warning(
      "kept although the backend says that it is not to be (`private`, `no-store` or `Vary: *`); `respectBackend: true` heeds it",
      metadata: place.merging(["backend": "\(backend)"]) { $1 })
  }
}
