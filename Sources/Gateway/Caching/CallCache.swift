import Caching
import Messages
import Plans

/// One call's part of the cache. *Immutable*.
struct CallCache: Sendable {
  let call: CallPlan
  /// What `purge --route` of a route with this call drops, too: all that is kept of its backend.
  let tag: CacheTag
  let rules: CacheRules
  let respectsBackend: Bool
  /// Backend and `cache`, digested already.
  private let start: CacheKeyBuilder

  init(_ call: CallPlan, _ plan: CachePlan, _ backend: BackendPlan) {
    self.call = call
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

  static func tag(of backend: BackendPlan) -> CacheTag { CacheTag(route: identity(of: backend)) }

  private static func identity(of backend: BackendPlan) -> String { "call \(backend.name)" }

  /// The resolved request without what only tells which request of which client it is.
  func key(of request: CallRequest) -> CacheKey {
    var key = start
    key.add(.call, "method", request.method)
    key.add(.call, "target", request.target)
    key.add(.call, "tags", list: request.tags)
    for field in request.headers { key.add(.header, field.name.lowercased(), field.value) }
    return key.key()
  }
}
