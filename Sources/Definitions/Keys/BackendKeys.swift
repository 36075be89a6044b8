import Plans

/// A backend.
struct BackendKeys: KeySet {
  static let title = "Backend"
  static let noun = "a backend"
  static let introduction = "One service that calls and proxies name. It needs `url` or `urls`."

  let url = Key<BackendPlan.Address>(
    "url", .address(isWeighted: false),
    "Where it is: `http://` or `https://`, a host, and possibly a port and a path that goes before every request's; or "
      + "`unix:/path/to.sock`. A mapping gives the socket and the host name apart.",
    example: "http://users.internal:8080/v1")
  let urls = Key<[BackendPlan.Address]>(
    "urls", .list(of: .address(isWeighted: true), isEmptyAllowed: false), "Several addresses, used by `balance`.",
    example: "[http://10.0.0.1:8080, { url: http://10.0.0.2:8080, weight: 2 }]")
  let balance = Key<BackendPlan.Balance>(
    "balance", .balance(), default: "round-robin",
    "Which address gets a request. `hash(EXPR)` sends equal values to the same address; the expression reads inputs of "
      + "the request.",
    example: "hash(headers.\"x-user\")")
  let timeout = Key<Duration>(
    "timeout", .duration(.milliseconds(1)...(.seconds(3600))), default: "what is left of the call's time",
    "One attempt.", example: "400ms")
  let connectTimeout = Key<Duration>(
    "connectTimeout", .duration(.milliseconds(1)...(.seconds(300))),
    default: Units.text(Defaults.backend.connectTimeout),
    "Until a connection stands, TLS included.", example: "100ms")
  let retry = Key<BackendPlan.Retry>(
    "retry", .retry(), default: "none",
    "Repeats failed requests. Unsafe methods are repeated only where it can do no harm: see `idempotent`.",
    example: "{ attempts: 2, on: [connect, 503] }")
  let breaker = Key<BackendPlan.Breaker>(
    "breaker", .breaker(), default: "none", "Stops calling a backend that fails too often.",
    example: "{ errorRate: 50%, openFor: 10s }")
  let health = Key<BackendPlan.Health>(
    "health", .health(), default: "none", "Asks each address how it is, and leaves out those that are not well.",
    example: "{ path: /health, every: 5s }")
  let maxConcurrent = Key<Int>(
    "maxConcurrent", .integer(1...1_000_000), default: "no limit",
    "Requests in flight at once; more wait their turn, and one whose time ends in the queue ends as `queue`.",
    example: "256")
  let maxResponse = Key<Int>(
    "maxResponse", .bytes(1...(1 << 30)), default: Units.text(bytes: Defaults.backend.maxResponse),
    "The largest answer to a call, after decompression. Proxies have no such limit.", example: "1MiB")
  let forward = Key<[String]>(
    "forward", .list(of: .forwardedHeader()), default: "none",
    "Headers of the client's request that go upstream with calls; nothing else does. Proxies pass all.",
    example: "[authorization, accept-language]")
  let http = Key<BackendPlan.HTTPVersion>(
    "http", .choice(), default: Defaults.backend.version.rawValue,
    "The version to speak. `auto` is HTTP/2 where TLS negotiates it, else HTTP/1.1; `2-prior-knowledge` is HTTP/2 "
      + "without TLS.",
    example: "1.1")
  let tls = Key<BackendPlan.TLS>(
    "tls", .table(TLSKeys.self, BackendDecoder.tls), default: "the system's authorities", "TLS to this backend.",
    example: "{ ca: certs/internal.pem }")
  let idempotent = Key<Bool>(
    "idempotent", .boolean(), default: "false",
    "POST, PUT, PATCH and DELETE may be repeated, too. Without it they are only where the client sent an "
      + "`Idempotency-Key`.",
    example: "true")
  let host = Key<ProxyPlan.Host>(
    "host", .choice(), default: Defaults.backend.host.rawValue,
    "The `Host` that proxies send: the backend's own or the client's.",
    example: "client")
}

/// One of several addresses.
struct AddressKeys: KeySet {
  static let title = "Address"
  static let noun = "an address"
  static let introduction = "One address of a backend, where its URL alone does not say it all."

  let url = Key<URLParts>(
    "url", .url(), required: true, "As the backend's `url`.", example: "http://10.0.0.2:8080")
  let weight = Key<Int>(
    "weight", .integer(1...1000), default: "1", "Its share among `urls`.", example: "2")
  let socket = Key<String>(
    "socket", .text("path of a socket"), default: "none",
    "Connects to this unix socket; the URL then gives scheme, `Host` and path.", example: "/run/users.sock")
}

/// Repetition of failed requests.
struct RetryKeys: KeySet {
  static let title = "Retry"
  static let noun = "`retry`"
  static let introduction = "`{}` takes the defaults."

  let attempts = Key<Int>(
    "attempts", .integer(1...10), default: "\(Defaults.retry.attempts)", "Attempts in all, the first included.",
    example: "3")
  let on = Key<[BackendPlan.Retry.Cause]>(
    "on", .causes(), default: "[connect, 502, 503, 504]", "What is worth another attempt.",
    example: "[connect, timeout, 503]")
  let backoff = Key<Duration>(
    "backoff", .duration(.zero...(.seconds(60))), default: Units.text(Defaults.retry.backoff),
    "The wait before the second attempt. It doubles, and a random part of it is waited.", example: "50ms")
  let budget = Key<Double>(
    "budget", .percent(), default: Units.text(share: Defaults.retry.budget),
    "Retries as a share of requests: an ailing backend is not flooded.",
    example: "10%")
}

/// Circuit breaking.
struct BreakerKeys: KeySet {
  static let title = "Breaker"
  static let noun = "`breaker`"
  static let introduction = "`{}` takes the defaults."

  let errorRate = Key<Double>(
    "errorRate", .percent(), default: Units.text(share: Defaults.breaker.errorRate),
    "Opens above this share of failures.", example: "25%")
  let window = Key<Duration>(
    "window", .duration(.seconds(1)...(.seconds(3600))), default: Units.text(Defaults.breaker.window),
    "How far back failures count.", example: "30s")
  let minimumCalls = Key<Int>(
    "minimumCalls", .integer(1...1_000_000), default: "\(Defaults.breaker.minimumCalls)",
    "Fewer calls in the window tell nothing.", example: "20")
  let openFor = Key<Duration>(
    "openFor", .duration(.milliseconds(100)...(.seconds(3600))), default: Units.text(Defaults.breaker.openFor),
    "How long no calls are made before one is tried.", example: "5s")
}

/// Active health checks.
struct HealthKeys: KeySet {
  static let title = "Health"
  static let noun = "`health`"
  static let introduction = "A GET to each address; any 2xx is well."

  let path = Key<String>(
    "path", .constantPath(), required: true, "What to ask for, after the address's own path.", example: "/health")
  let every = Key<Duration>(
    "every", .duration(.milliseconds(100)...(.seconds(3600))), default: Units.text(Defaults.health.every),
    "Time between two checks.", example: "10s"
  )
  let unhealthyAfter = Key<Int>(
    "unhealthyAfter", .integer(1...100), default: "\(Defaults.health.unhealthyAfter)", "Failed checks in a row.",
    example: "2")
  let healthyAfter = Key<Int>(
    "healthyAfter", .integer(1...100), default: "\(Defaults.health.healthyAfter)", "Good checks in a row.", example: "1"
  )
}

/// TLS to a backend.
struct TLSKeys: KeySet {
  static let title = "TLS"
  static let noun = "`tls`"
  static let introduction = "Paths are relative to the folder of definitions."

  let ca = Key<String>(
    "ca", .file(), default: "the system's", "PEM file of the authorities to trust, instead of the system's.",
    example: "certs/ca.pem")
  let certificate = Key<String>(
    "certificate", .file(), default: "none", "PEM file of the client's certificate; needs `key`.",
    example: "certs/client.pem")
  let key = Key<String>(
    "key", .file(), default: "none", "PEM file of its private key.", example: "certs/client.key")
  let serverName = Key<String>(
    "serverName", .hostName(), default: "the URL's host", "The name to ask for and to find in the certificate.",
    example: "users.internal")
}
