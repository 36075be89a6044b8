import Messages
import Plans

/// Decodes `gateway.yaml`.
enum GatewayDecoder {
  static func decode(_ reader: MappingReader<GatewayKeys>) -> ProcessPlan {
    var plan = ProcessPlan()
    ListenDecoder.decode(reader, &plan)
    plan.admin = reader[\.admin] ?? plan.admin
    checkAdmin(plan, reader)
    plan.limits = reader[\.limits] ?? plan.limits
    plan.timeouts = reader[\.timeouts] ?? plan.timeouts
    plan.forwardedBy = reader[\.forwardedBy]
    plan.shutdown = reader[\.shutdown] ?? plan.shutdown
    plan.writes = reader[\.writes] ?? plan.writes
    plan.threads = reader[\.threads]
    plan.cache = reader[\.cache] ?? plan.cache
    plan.openAPI = reader[\.openapi] ?? plan.openAPI
    let redis = reader[\.redis]
    if let redis { (plan.cache.redis, plan.state) = (redis.cache, redis.state) }
    // Of one that is wrong was told.
    reader.loading.hasStateRedis = plan.stateRedis != nil || redis == nil && reader.pair(\.redis) != nil
    if let log = reader[\.log] {
      plan.logLevel = log.level.rawValue
      plan.accessLog = log.access
      plan.log = log.lines
    }
    plan.tracing = reader[\.tracing]
    return plan
  }

  /// Clients and admin can't share an address.
  private static func checkAdmin(_ plan: ProcessPlan, _ reader: MappingReader<GatewayKeys>) {
    let admin = plan.admin.address
    guard let address = ListenerPlan.Address(admin), let pair = reader.pair(\.admin) ?? reader.pair(\.listen),
      let same = plan.listeners.first(where: { $0.address.overlaps(address) })?.address
    else { return }
    reader.loading.report(
      pair.value,
      "\(same)" == admin
        ? "`listen` and `admin` can't have the same address, `\(admin)`"
        : "`listen` and `admin` can't have the same address: `\(same)` holds `\(admin)`, too")
  }

  static func admin(_ reader: MappingReader<AdminKeys>) -> ProcessPlan.Admin? {
    let (address, token, hosts) = (reader[\.address], reader[\.token], reader[\.hosts])
    if let token, let pair = reader.pair(\.token), !ProcessPlan.Admin.isToken(token.revealed) {
      reader.loading.report(pair.value, "a token has letters, digits and `-._~+/=`")
      return nil
    }
    guard let address, let place = reader.pair(\.address)?.value else { return nil }
    return admin(address, place, reader.loading, token: token, isTokenGiven: reader.pair(\.token) != nil, hosts ?? [])
  }

  /// - Parameter isTokenGiven: also where it can't be read.
  static func admin(
    _ address: String, _ place: YAMLNode, _ loading: Loading, token: Secret<String>? = nil, isTokenGiven: Bool = false,
    _ hosts: [String] = []
  ) -> ProcessPlan.Admin? {
    if !isTokenGiven, ListenAddress(address)?.isLoopback == false {
      loading.report(
        place, "`\(address)` can be reached from elsewhere, so `admin` needs a `token`",
        hint: "write `{ address: \"\(address)\", token: { file: PATH } }`, or listen on 127.0.0.1")
      return nil
    }
    var admin = ProcessPlan.Admin()
    (admin.address, admin.token, admin.hosts) = (address, token, hosts)
    return admin
  }

  static func limits(_ reader: MappingReader<LimitsKeys>) -> ProcessPlan.Limits {
    var limits = ProcessPlan.Limits()
    limits.headerBytes = reader[\.headerBytes] ?? limits.headerBytes
    limits.bodyBytes = reader[\.bodyBytes] ?? limits.bodyBytes
    limits.connections = reader[\.connections] ?? limits.connections
    limits.connectionsPerClient = reader[\.connectionsPerClient]
    limits.requestsInFlight = reader[\.requestsInFlight] ?? limits.requestsInFlight
    limits.bodiesInFlight = reader[\.bodiesInFlight] ?? limits.bodiesInFlight
    limits.untakenBytes = reader[\.untakenBytes] ?? limits.untakenBytes
    limits.counters = reader[\.counters] ?? limits.counters
    limits.idempotencyBytes = reader[\.idempotencyBytes] ?? limits.idempotencyBytes
    limits.bodyRate = reader[\.bodyRate] ?? limits.bodyRate
    return limits
  }

  static func timeouts(_ reader: MappingReader<TimeoutsKeys>) -> ProcessPlan.Timeouts {
    var timeouts = ProcessPlan.Timeouts()
    timeouts.idle = reader[\.idle] ?? timeouts.idle
    timeouts.head = reader[\.head] ?? timeouts.head
    timeouts.body = reader[\.body] ?? timeouts.body
    timeouts.bodyGrace = reader[\.bodyGrace] ?? timeouts.bodyGrace
    return timeouts
  }

  static func shutdown(_ reader: MappingReader<ShutdownKeys>) -> ProcessPlan.Shutdown {
    var shutdown = ProcessPlan.Shutdown()
    shutdown.delay = reader[\.delay] ?? shutdown.delay
    shutdown.drain = reader[\.drain] ?? shutdown.drain
    return shutdown
  }

  static func writes(_ reader: MappingReader<WritesKeys>) -> ProcessPlan.Writes {
    var writes = ProcessPlan.Writes()
    writes.detached = reader[\.detached] ?? writes.detached
    writes.detachedBytes = reader[\.detachedBytes] ?? writes.detachedBytes
    return writes
  }

  static func cache(_ reader: MappingReader<MemoryCacheKeys>) -> CacheSettings {
    var settings = CacheSettings()
    settings.memoryBytes = reader[\.memory] ?? settings.memoryBytes
    settings.mostRefreshes = reader[\.refreshes] ?? settings.mostRefreshes
    return settings
  }
}
