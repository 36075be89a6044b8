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
    default: Defaults.backend.connectTimeout.written,
    "Until a connection stands: the name's lookup, all its addresses, TLS.", example: "100ms")
  let connectionMaxAge = Key<Duration>(
    "connectionMaxAge", .duration(.seconds(1)...(.seconds(86_400))),
    default: Defaults.backend.connectionMaxAge.written,
    "How long a connection is used for requests, less up to a fifth at random. Then the next request makes a new one.",
    example: "1m")
  let connectionIdle = Key<Duration>(
    "connectionIdle", .duration(.milliseconds(1)...(.seconds(3600))),
    default: Defaults.backend.connectionIdle.written,
    "How long an idle connection is kept for the next request. It should be less than the backend keeps one; where "
      + "that says `Keep-Alive: timeout=N`, N less a second is respected.",
    example: "4s")
  let retry = Key<BackendPlan.Retry>(
    "retry", .table(RetryKeys.self, BackendDecoder.retry), default: "none",
    "Repeats failed requests, on another address if there is one. Unsafe methods are repeated only where it can do no "
      + "harm: where nothing was sent (no connection), with an `Idempotency-Key`, or by `idempotent`.",
    example: "{ attempts: 2, on: [connect, 503] }")
  let breaker = Key<BackendPlan.Breaker>(
    "breaker", .table(BreakerKeys.self, BackendDecoder.breaker), default: "none",
    "Stops calling an address that fails too often. Where all are stopped, calls end as `circuit-open`.",
    example: "{ errorRate: 50%, openFor: 10s }")
  let health = Key<BackendPlan.Health>(
    "health", .table(HealthKeys.self, BackendDecoder.health), default: "none",
    "Asks each address how it is, and leaves out those that are not well.",
    example: "{ path: /health, every: 5s }")
  let maxConcurrent = Key<Int>(
    "maxConcurrent", .integer(1...1_000_000), default: "no limit",
    "Requests in flight at once; up to ten times as many more wait their turn. One whose time ends in the queue, or that "
      + "finds it full, ends as `queue`.",
    example: "256")
  let maxResponse = Key<Int>(
    "maxResponse", .bytes(1...(1 << 30)), default: Defaults.backend.maxResponse.bytesWritten,
    "The largest answer to a call, after decompression. Proxies have no such limit.", example: "1MiB")
  let forward = Key<ForwardSetting>(
    "forward", .forward(), default: "none",
    "Headers of the client's request that go upstream with calls; nothing else does. Not those that would change "
      + "what the answer is (`range`, `if-*`, `accept-encoding`). `all` has all that are not of the connection or the "
      + "body. Proxies pass all.",
    example: "[authorization, accept-language]")
  let headers = Key<[YAMLNode.Pair]>(
    "headers", .headers(), default: "none",
    "Headers of every request to it, of calls and of proxies, whose own `headers` go before. Templates read the inputs "
      + "of the request, but for its body, and `env`. The client's of these names never pass.",
    example: "{ x-api-key: { file: /run/secrets/key }, x-user: \"${claims.sub}\" }")
  let oauth2 = Key<OAuth2Plan>(
    "oauth2", .table(OAuth2Keys.self, OAuth2Decoder.decode), default: "none",
    "A token of the gateway's own that every request to it has. A client's `authorization` never goes there.",
    example:
      "{ tokenUrl: https://id.example.com/token, clientId: weft, clientSecret: { file: /run/secrets/weft-client } }")
  let http = Key<BackendPlan.HTTPVersion>(
    "http", .choice(), default: Defaults.backend.version.rawValue,
    "The version to speak. `auto` is HTTP/2 where TLS negotiates it, else HTTP/1.1; `2-prior-knowledge` is HTTP/2 "
      + "without TLS.",
    example: "auto")
  let tls = Key<BackendPlan.TLS>(
    "tls", .table(TLSKeys.self, BackendDecoder.tls), default: "the system's authorities", "TLS to this backend.",
    example: "{ ca: certs/internal.pem }")
  let idempotent = Key<Bool>(
    "idempotent", .boolean(), default: "false",
    "POST, PUT, PATCH and DELETE may be repeated, too, even where they were sent. Without it they are only where "
      + "they have an `Idempotency-Key`, or the call is `safe`. Of proxies: with a body of up to `retryBuffer`.",
    example: "true")
  let idempotencyKey = Key<Bool>(
    "idempotencyKey", .word("generate", hint: "a key of the definition's own is `idempotencyKey` of a call"),
    default: "none where the client sends none",
    "`generate`: writes, and what undoes them, get an `Idempotency-Key` where the client sent none, too, one for each "
      + "request of a client, so that `retry` may repeat them. Proxies pass the client's.",
    example: "generate")
  let host = Key<ProxyPlan.Host>(
    "host", .choice(), default: Defaults.backend.host.rawValue,
    "The `Host` that proxies send: the backend's own or the client's.",
    example: "client")
  let openapi = Key<String>(
    "openapi", .file(), default: "none",
    "The OpenAPI document of the backend, version 3, in JSON or YAML: the shapes of its answers stand in that of the "
      + "gateway. Requests and answers are not checked by it.",
    example: "openapi/users.json")

  static var relations: [KeyRelation] { [.oneOf(["url", "urls"])] }
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

/// TLS to a backend.
struct TLSKeys: KeySet {
  static let title = "TLS"
  static let noun = "`tls`"
  static let introduction = "Paths are relative to the folder of definitions."

  let ca = Key<String>(
    "ca", .file(), default: "the system's",
    "PEM file of the authorities to trust, instead of the system's. A new file counts for new connections.",
    example: "certs/ca.pem")
  let certificate = Key<String>(
    "certificate", .file(), default: "none", "PEM file of the client's certificate; needs `key`.",
    example: "certs/client.pem")
  let key = Key<String>(
    "key", .file(), default: "none", "PEM file of its private key.", example: "certs/client.key")
  let serverName = Key<String>(
    "serverName", .hostName(), default: "the URL's host", "The name to ask for and to find in the certificate.",
    example: "users.internal")
  let verify = Key<Bool>(
    "verify", .boolean(), default: "true",
    "`false` believes whoever answers, without a look at the certificate: for development. Each start warns of it.",
    example: "false")

  static var relations: [KeyRelation] { [.needs("certificate", ["key"]), .needs("key", ["certificate"])] }
}
