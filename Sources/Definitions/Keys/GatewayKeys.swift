import Plans

/// `gateway.yaml`.
struct GatewayKeys: KeySet {
  static let title = "gateway.yaml"
  static let noun = "gateway.yaml"
  static let introduction = "What belongs to the process. The file may be missing."

  let listen = Key<String>(
    "listen", .endpoint(ListenKeys.self, \.address), default: ProcessPlan().listen,
    "Where clients connect; `--listen` goes before it.", example: "0.0.0.0:80")
  let admin = Key<String>(
    "admin", .endpoint(AdminKeys.self, \.address), default: ProcessPlan().admin,
    "Where `/livez`, `/readyz` and `/health` are; `--admin` goes before it.", example: "127.0.0.1:9000")
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
  let shutdown = Key<Duration>(
    "shutdown", .table(ShutdownKeys.self) { $0[\.drain] }, "The end of the process.", example: "{ drain: 30s }")
  let threads = Key<Int>(
    "threads", .integer(1...256), default: "one pair per core",
    "Front loops and transfer loops, of each this many.", example: "4")
  let log = Key<LogSettings>(
    "log", .table(LogKeys.self, GatewayDecoder.log), "What is logged, to standard error.",
    example: "{ level: debug }")
  let redis = LaterKey("redis", "A store that instances share.")
  let cache = LaterKey("cache", "The size of the memory store.")
  let auth = LaterKey("auth", "Token providers.")
  let tracing = LaterKey("tracing", "Where spans are sent.")
}

/// Where clients connect.
struct ListenKeys: KeySet {
  static let title = "Listen"
  static let noun = "`listen`"
  static let introduction = "The address alone may be written as a string."

  let address = Key<String>(
    "address", .listenAddress(), required: true, "`HOST:PORT`; port 0 lets the system choose.", example: "0.0.0.0:8080")
  let tls = LaterKey("tls", "Certificate and key.")
  let http2 = LaterKey("http2", "HTTP/2 for clients.")
}

/// Where the admin endpoints are.
struct AdminKeys: KeySet {
  static let title = "Admin"
  static let noun = "`admin`"
  static let introduction = "The address alone may be written as a string."

  let address = Key<String>(
    "address", .listenAddress(), required: true, "`HOST:PORT`; port 0 lets the system choose.",
    example: "127.0.0.1:8081")
}

/// Bounds on what one process takes on.
struct LimitsKeys: KeySet {
  static let title = "Limits"
  static let noun = "`limits`"
  static let introduction = "Each request and the process as a whole."

  let headerBytes = Key<Int>(
    "headerBytes", .bytes(1024...(1 << 20)), default: Units.text(bytes: ProcessPlan().limits.headerBytes),
    "Request line and headers together; above it 431.",
    example: "16KiB")
  let bodyBytes = Key<Int>(
    "bodyBytes", .bytes(0...(1 << 30)), default: Units.text(bytes: ProcessPlan().limits.bodyBytes),
    "A request's body where a definition reads it; above it 413. Proxies have no such limit.", example: "256KiB")
  let connections = Key<Int>(
    "connections", .integer(1...1_000_000), default: "\(ProcessPlan().limits.connections)", "Open client connections.",
    example: "20000")
  let requestsInFlight = Key<Int>(
    "requestsInFlight", .integer(1...1_000_000), default: "\(ProcessPlan().limits.requestsInFlight)",
    "Requests being worked on; above it 503.",
    example: "1000")
}

/// How long a client may take.
struct TimeoutsKeys: KeySet {
  static let title = "Timeouts"
  static let noun = "`timeouts`"
  static let introduction = "They are about clients; routes and backends have their own."

  let idle = Key<Duration>(
    "idle", .duration(.milliseconds(100)...(.seconds(3600))), default: Units.text(ProcessPlan().timeouts.idle),
    "A connection without a request.",
    example: "30s")
  let head = Key<Duration>(
    "head", .duration(.milliseconds(100)...(.seconds(3600))), default: Units.text(ProcessPlan().timeouts.head),
    "From a head's first byte to its last.",
    example: "5s")
  let body = Key<Duration>(
    "body", .duration(.milliseconds(100)...(.seconds(3600))), default: Units.text(ProcessPlan().timeouts.body),
    "Between two pieces of a request's body, or of an answer that the client takes.", example: "10s")
}

/// The end of the process.
struct ShutdownKeys: KeySet {
  static let title = "Shutdown"
  static let noun = "`shutdown`"
  static let introduction = "After SIGTERM no connection is accepted, and what runs may finish."

  let drain = Key<Duration>(
    "drain", .duration(.zero...(.seconds(3600))), default: Units.text(ProcessPlan().drain),
    "How long running requests may go on.", example: "30s"
  )
}

/// Logging.
struct LogKeys: KeySet {
  static let title = "Log"
  static let noun = "`log`"
  static let introduction = "Secrets are never logged."

  let level = Key<LogSettings.Level>(
    "level", .choice(), default: ProcessPlan().logLevel, "The least severe that is logged.", example: "debug")
  let access = Key<Bool>("access", .boolean(), default: "false", "One line per request.", example: "true")
}
