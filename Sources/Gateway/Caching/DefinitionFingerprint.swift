import Caching
import JSONText
import Plans

/// Names a definition: it changes with everything that could change the shape or the meaning of an answer, so an edited
/// route never serves what an earlier one kept. Timeouts, limits and retries of backends do not count.
enum DefinitionFingerprint {
  /// Of a route: its keys as the file has them, the variables of the environment that it reads, its backends.
  static func text(of composite: CompositePlan, _ cache: CachePlan, _ backends: [BackendPlan]) -> String {
    var parts = CacheKeyBuilder(route: "route", fingerprint: cache.definition.revealed)
    for variable in composite.env.members { parts.add(.call, variable.name, variable.value.string) }
    for index in Set(composite.calls.map(\.request.backend)).sorted() { add(backends[index], to: &parts) }
    return parts.key().hex
  }

  /// Of calls to a backend that are cached alike.
  static func text(of backend: BackendPlan, _ cache: CachePlan) -> String {
    var parts = CacheKeyBuilder(route: "call", fingerprint: cache.definition.revealed)
    add(backend, to: &parts)
    return parts.key().hex
  }

  private static func add(_ backend: BackendPlan, to parts: inout CacheKeyBuilder) {
    parts.add(.call, "backend", backend.name)
    let addresses = backend.addresses.map { "\($0.origin)\($0.basePath) \($0.unixSocket ?? "")" }
    parts.add(.call, "addresses", list: addresses.sorted())
    parts.add(.call, "host", backend.host.rawValue)
    parts.add(.call, "forward", list: backend.forward.sorted())
  }
}
