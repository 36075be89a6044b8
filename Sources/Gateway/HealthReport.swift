import Caching
import Front
import Idempotency
import JSONText
import Limiting
import Listening
import Messages
import Plans
import Redis
import TLS
import Timing
import Upstream

/// The body of `/health`.
enum HealthReport {
  static func value(
    _ process: ProcessParts, _ server: HTTPServer, _ kept: KeptParts, _ plan: GatewayPlan, _ backends: Backends
  ) -> JSONValue {
    var health = JSONObject()
    health.append("status", .string(process.readiness(kept).status))
    health.append("requestsInFlight", .number(JSONNumber(server.requestsInFlight)))
    health.append("bodiesInFlight", .number(JSONNumber(server.bodiesInFlight)))
    health.append("untakenBytes", .number(JSONNumber(server.untakenBytes)))
    health.append("connections", .number(JSONNumber(server.openConnections)))
    health.append("writes", process.writes.report)
    health.append("backends", BackendReport.value(backends))
    if let redis = kept.redis { health.append("redis", .string(redis)) }
    if let cache = kept.cache { health.append("cache", CacheReport.value(cache)) }
    if plan.limitsAnything { health.append("limits", LimitReport.value(process, kept)) }
    if plan.knowsKeys { health.append("idempotency", IdempotencyReport.value(kept)) }
    let certificates = server.certificates
    if !certificates.isEmpty { health.append("certificates", CertificateReport.value(certificates)) }
    return .object(health)
  }
}

extension ProcessParts {
  func readiness(_ kept: KeptParts) -> Readiness {
    // Who still asks here on a connection from before asks about the gateway, not about a process.
    if state.isDraining && !state.isHandedOver { return .notReady("draining") }
    if !state.hadKeys(keys.wereFetched) { return .notReady("keys of tokens were not fetched yet") }
    return kept.redis == "degraded" ? .degraded("redis") : .ready
  }
}

extension Readiness {
  /// In one word, for `/health`.
  fileprivate var status: String {
    switch self {
    case .ready: "ready"
    case .degraded: "degraded"
    case .notReady("draining"): "draining"
    case .notReady: "starting"
    }
  }
}

extension KeptParts {
  /// Whether all that is kept in Redis can be had there, `connected` or `degraded`; `nil`: nothing is kept there.
  fileprivate var redis: String? {
    let cache = cache?.health
    guard state != nil || cache == .connected || cache == .degraded else { return nil }
    return cache == .degraded || StateReport.word(self) == "degraded" ? "degraded" : "connected"
  }
}

/// The backends' part of `/health`.
enum BackendReport {
  static func value(_ backends: Backends) -> JSONValue {
    var report = JSONObject()
    for condition in backends.conditions(at: .now()) { report.append(condition.name, value(condition)) }
    return .object(report)
  }

  /// One of them by its name, and whether calls have a chance there.
  static func one(_ name: String, of backends: Backends) -> (body: JSONValue, isUsable: Bool)? {
    guard let condition = backends.conditions(at: .now()).first(where: { $0.name == name }) else { return nil }
    return (value(condition), condition.state != .down)
  }

  private static func value(_ condition: BackendCondition) -> JSONValue {
    ["state": .string(condition.state.rawValue), "addresses": .array(condition.addresses.map(value))]
  }

  private static func value(_ address: BackendCondition.Address) -> JSONValue {
    var report = JSONObject()
    report.append("address", .string(address.name))
    report.append("state", .string(address.state.rawValue))
    if let breaker = address.breaker { report.append("breaker", .string(breaker.rawValue)) }
    if let isHealthy = address.isHealthy { report.append("healthy", .bool(isHealthy)) }
    if let failure = address.lastFailure {
      let (seconds, rest) = Int(clamping: failure.at.milliseconds).quotientAndRemainder(dividingBy: 1000)
      let time = Timestamp.text(seconds: seconds, milliseconds: rest)
      report.append("lastError", ["error": .string(failure.words), "at": .string(time)])
    }
    return .object(report)
  }
}

/// The certificates' part of `/health`: what is served now, a member for each certificate of a listener.
enum CertificateReport {
  static func value(
    _ served: [(listener: ListenerPlan.Address, certificates: [ServedCertificate])]
  ) -> JSONValue {
    let now = Int(clamping: WallTime.clock().milliseconds / 1000)
    return .array(
      served.flatMap { listener, certificates in
        certificates.map { certificate in
          let (left, overflows) = certificate.notAfter.subtractingReportingOverflow(now)
          return [
            "listener": .string("\(listener)"), "names": .array(certificate.names.map { .string($0) }),
            "notAfter": .string(certificate.chain[0].end),
            "secondsLeft": .number(JSONNumber(overflows ? 0 : left)),
          ]
        }
      })
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
