import Caching
import Front
import Idempotency
import JSONText
import Limiting
import Listening
import Plans
import Redis

/// The body of `/health`.
enum HealthReport {
  static func value(
    _ process: ProcessParts, _ server: HTTPServer, _ kept: KeptParts, _ plan: GatewayPlan
  ) -> JSONValue {
    var health = JSONObject()
    health.append("status", process.state.isDraining ? "draining" : "ready")
    health.append("requestsInFlight", .number(JSONNumber(server.requestsInFlight)))
    health.append("bodiesInFlight", .number(JSONNumber(server.bodiesInFlight)))
    health.append("untakenBytes", .number(JSONNumber(server.untakenBytes)))
    health.append("connections", .number(JSONNumber(server.openConnections)))
    health.append("writes", process.writes.report)
    if let cache = kept.cache { health.append("cache", CacheReport.value(cache)) }
    if plan.limitsAnything { health.append("limits", LimitReport.value(process, kept)) }
    if plan.knowsKeys { health.append("idempotency", IdempotencyReport.value(kept)) }
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

/// The part of limits in `/health`.
enum LimitReport {
  static func value(_ process: ProcessParts, _ kept: KeptParts) -> JSONValue {
    var report = JSONObject()
    report.append("state", .string(StateReport.word(kept)))
    if let refusal = kept.state?.topology.refusals.words { report.append("refusal", .string(refusal)) }
    report.append("counters", .number(JSONNumber(process.counters.kept)))
    for name in LimitFigures.Name.allCases {
      report.append("\(name)", .number(JSONNumber(process.limitFigures[name])))
    }
    let events: [(String, RedisEvent)] = [
      ("redisTimeouts", .timeout), ("redisBreakerOpened", .breakerOpened), ("redisConnectFailures", .connectFailure),
      ("redisLosses", .loss),
    ]
    if let links = kept.state {
      for (name, event) in events { report.append(name, .number(JSONNumber(links.count(of: event)))) }
      report.append("redisLinksDown", .number(JSONNumber(links.linksDown)))
    }
    return .object(report)
  }
}

/// The part of keys in `/health`.
enum IdempotencyReport {
  static func value(_ kept: KeptParts) -> JSONValue {
    var report = JSONObject()
    report.append("state", .string(StateReport.word(kept)))
    let local = kept.claims.local.figures
    for (name, figure) in [("running", local.running), ("kept", local.kept), ("bytes", local.bytes)] {
      report.append(name, .number(JSONNumber(figure)))
    }
    for name in IdempotencyFigures.Name.allCases {
      report.append(name.rawValue, .number(JSONNumber(kept.claims.figures[name])))
    }
    return .object(report)
  }
}

/// Where a fleet keeps what must not be lost, and whether it can.
enum StateReport {
  static func word(_ kept: KeptParts) -> String {
    guard let links = kept.state else { return "memory" }
    return links.linksDown == 0 && !links.topology.refusals.isRefusing ? "connected" : "degraded"
  }
}
