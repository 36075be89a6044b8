import Caching
import Front
import JSONText
import Listening

/// The body of `/health`.
enum HealthReport {
  static func value(_ state: GatewayState, _ server: HTTPServer, _ cache: CompositeCache?) -> JSONValue {
    var health = JSONObject()
    health.append("status", state.isDraining ? "draining" : "ready")
    health.append("requestsInFlight", .number(JSONNumber(server.requestsInFlight)))
    health.append("bodiesInFlight", .number(JSONNumber(server.bodiesInFlight)))
    health.append("untakenBytes", .number(JSONNumber(server.untakenBytes)))
    health.append("connections", .number(JSONNumber(server.openConnections)))
    if let cache { health.append("cache", CacheReport.value(cache)) }
    return .object(health)
  }
}

/// The cache's part of `/health`.
enum CacheReport {
  static func value(_ cache: CompositeCache) -> JSONValue {
    let memory = cache.memory.statistics
    var report = JSONObject()
    report.append("state", .string(state(cache.health)))
    if let refusal = cache.refusal { report.append("refusal", .string(refusal)) }
    let figures: [(String, UInt64)] = [
      ("entries", UInt64(clamping: memory.entries)), ("bytes", UInt64(clamping: memory.bytes)), ("hits", memory.hits),
      ("misses", memory.misses), ("evictions", memory.evictions),
    ]
    for (name, figure) in figures { report.append(name, .number(JSONNumber(Int(clamping: figure)))) }
    for name in CacheCounters.Name.allCases {
      report.append("\(name)", .number(JSONNumber(Int(clamping: cache.counters[name]))))
    }
    return .object(report)
  }

  private static func state(_ health: CacheHealth) -> String {
    switch health {
    case .memoryOnly: "memory"
    case .connected: "connected"
    case .degraded: "degraded"
    }
  }
}
