import Plans

/// `gateway.yaml`.
struct GatewayKeys: KeySet {
  static let title = "gateway.yaml"
  static let noun = "gateway.yaml"
  static let introduction = "What belongs to the process. The file may be missing."

  let listen = Key<[ListenSetting]>(
    "listen", .listeners(), default: "\(ProcessPlan().listeners[0].address)",
    "Where clients connect, one or a list; `--listen` goes before the first one's address.", example: "0.0.0.0:80")
  let hsts = Key<HSTSPlan>(
    "hsts", .table(HSTSKeys.self, ListenDecoder.hsts), default: "none",
    "What answers over TLS tell browsers of it.", example: "{ maxAge: 365d, includeSubdomains: true }")
  let admin = Key<ProcessPlan.Admin>(
    "admin", .admin(), default: ProcessPlan.Admin().address,
    "Where `/livez`, `/readyz`, `/health` and `/purge` are; `--admin` goes before it.", example: "127.0.0.1:9000")
  let limits = Key<ProcessPlan.Limits>(
    "limits", .table(LimitsKeys.self, GatewayDecoder.limits), "What one process takes on.",
    example: "{ connections: 20000 }")
  let timeouts = Key<ProcessPlan.Timeouts>(
    "timeouts", .table(TimeoutsKeys.self, GatewayDecoder.timeouts), "How long a client may take.",
    example: "{ idle: 30s }")
  let trustedProxies = Key<[String]>(
    "trustedProxies", .list(of: .addressBlock()), default: "none",
    "Proxies whose `X-Forwarded-*`, `Forwarded`, `X-Request-Id` and `traceparent` are believed.",
    example: "[10.0.0.0/8]")
  let forwardedBy = Key<ForwardedBy>(
    "forwardedBy", .choice(), default: "`x-forwarded` where there is an X-Forwarded-For, else `forwarded`",
    "Which headers of trusted proxies tell of the client; the others are dropped and made anew.", example: "x-forwarded"
  )
  let shutdown = Key<ProcessPlan.Shutdown>(
    "shutdown", .table(ShutdownKeys.self, GatewayDecoder.shutdown), "The end of the process.",
    example: "{ delay: 5s, drain: 30s }")
  let writes = Key<ProcessPlan.Writes>(
    "writes", .table(WritesKeys.self, GatewayDecoder.writes), "What goes on behind answers.",
    example: "{ detached: 5000 }")
  let threads = Key<Int>(
    "threads", .integer(1...ProcessPlan.mostThreads), default: "one pair per core that the process may use",
    "Front loops and transfer loops, of each this many. By default affinity and quota of the process count, rounded up.",
    example: "4")
  let log = Key<LogSettings>(
    "log", .table(LogKeys.self, LogDecoder.decode), "What is logged, and how.",
    example: "{ level: debug }")
  let redis = Key<RedisRoles>(
    "redis", .redis(), default: "none",
    "A cache and counters that all gateways of a fleet share; a URL, a mapping, or one for each.",
    example: "redis://localhost:6379/0")
  let cache = Key<CacheSettings>(
    "cache", .table(MemoryCacheKeys.self, GatewayDecoder.cache), "The part of the cache that is in this process.",
    example: "{ memory: 256MiB }")
  let defaults = Key<YAMLNode>(
    "defaults", ValueType(.partial(RouteKeys.self)) { node, _ in node }, default: "none",
    "Route keys for all routes of all files. A file's `defaults` and a route's own keys go before them, each as a whole.",
    example: "{ deny: [192.0.2.0/24] }")
  let auth = Key<[YAMLNode.Pair]>(
    "auth", .entries("provider name", .table(ProviderKeys.self), pattern: Pattern.name), default: "none",
    "Who tells who clients are, by names that routes use.", example: "{ partners: { apiKey: { keys: keys.yaml } } }")
  let plans = Key<[YAMLNode.Pair]>(
    "plans", .entries("plan name", .table(PlanKeys.self), isEmptyAllowed: false), default: "none",
    "How much clients may have by the plan of each, `identity.plan`, where a route has `limit: plan`; `default` is the plan "
      + "of those who have none of these.",
    example: "{ gold: { limit: [1000/m, 100000/24h] }, default: { limit: 10/m } }")
  let openapi = Key<OpenAPISettings>(
    "openapi", .table(OpenAPIKeys.self, OpenAPIKeys.decode), default: "none",
    "What the OpenAPI document says of the whole.", example: "{ title: Shop, version: \"2.4\" }")
  let tracing = Key<TracingPlan>(
    "tracing", .table(TracingKeys.self, TracingDecoder.decode),
    default: "none, or what the environment says", "Spans of requests, sent to a collector.",
    example: "{ endpoint: \"http://127.0.0.1:4318\", sample: 10%, keep: { errors: true, slow: 1s } }")

  static func advice(for unknown: String) -> String? { RouteKeys.placement(of: unknown) }
}
