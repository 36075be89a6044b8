import Messages
import Plans

/// A route.
struct RouteKeys: KeySet {
  static let title = "Route"
  static let noun = "a route"
  static let introduction = """
    A route has either `calls`, `response` or both (a composite; with `response` alone a static answer), or `proxy`, \
    `redirect` or `files`. All keys may stand in a file's `defaults`, and in those of gateway.yaml.
    """

  let calls = Key<[YAMLNode.Pair]>(
    "calls",
    .entries(
      "call name", .either(.scalar("request", .line(Pattern.request)), .table(CallKeys.self)),
      pattern: Pattern.callName, isEmptyAllowed: false),
    "Calls by name. Each runs as soon as the calls that it reads are done. A call that is only its request may be "
      + "written as a string. Composites.",
    example: "{ user: \"GET users /users/${path.id}\" }")
  let response = Key<YAMLNode>(
    "response", .value(), default: "an object with one member per call",
    "The shape of the answer. Composites.", example: "{ name: \"${user.name}\" }")
  let responseHeaders = Key<[YAMLNode.Pair]>(
    "responseHeaders", .headers(), default: "none",
    "Headers of all answers of the route, refusals and problems included, in place of others of that name. A literal "
      + "null takes one away; a list of texts gives a line for each; a template that gives null does nothing.",
    example: "{ x-total: \"${calls.orders.headers.\\\"x-total\\\"}\" }")
  let status = Key<YAMLNode>(
    "status", ValueType(.scalar("status, or template", .status)) { node, _ in node }, default: "200",
    "The status of an answer whose required calls did well. Composites.", example: "\"${user && `200` || `404`}\"")
  let meta = Key<MetaPlan>(
    "meta", .table(MetaKeys.self, CompositeDecoder.meta), default: "{ name: _meta, when: partial }",
    "The member that tells of partial failure. Composites.", example: "{ when: always }")
  let passStatus = Key<StatusSet>(
    "passStatus", .statuses(), default: "[401, 403, 404, 409, 410, 422, 429]",
    "Statuses of a failed required call that are answered as they are; replaces the list. Composites.",
    example: "[401, 403, 404, 451]")
  let exposeErrors = Key<Bool>(
    "exposeErrors", .boolean(), default: "false",
    "Lets bodies and addresses of backends into `_meta`: for development. Composites.", example: "true")
  let maxAnswer = Key<Int>(
    "maxAnswer", .bytes(1...(1 << 30)), default: Defaults.composite.maxAnswer.bytesWritten,
    "The size of an answer; a larger one becomes a problem 500, outcome `invalid` of `response`. Composites.",
    example: "1MiB")
  let timeout = Key<Duration>(
    "timeout", .duration(.milliseconds(1)...(.seconds(3600))),
    default: "\(Defaults.composite.timeout.written); proxies \(Defaults.proxy.timeout.written)",
    "The budget of the whole composite, but for writes that were sent; of a proxy, the time until the backend's response "
      + "head.", example: "800ms")
  let softTimeout = Key<Duration>(
    "softTimeout", .duration(.milliseconds(1)...(.seconds(3600))), default: "none",
    "After this the answer is made with what is ready: an optional call that is not becomes `timeout`. Required calls "
      + "and what they wait for have until `timeout`. Shorter than `timeout`. Composites.", example: "300ms")
  let proxy = Key<YAMLNode>(
    "proxy", ValueType(.scalar("`backend /path`", .line(Pattern.proxy))) { node, _ in node },
    "Passes the request on to a backend, bodies streamed both ways. The client's query is appended unless the path has "
      + "a `?`.",
    example: "products /products/${path.rest}")
  let redirect = Key<RedirectSetting>(
    "redirect", .redirect(), "Sends clients elsewhere: a path, or a URL with a literal host. The status is 302.",
    example: "/new/${path.id}")
  let files = Key<FilesPlan>(
    "files", .table(FilesKeys.self, FilesDecoder.plan),
    "Answers with the files of a folder; the route is `GET /…/*rest`.", example: "{ dir: public, spa: true }")
  let host = Key<ProxyPlan.Host>(
    "host", .choice(), default: "the backend's `host`", "The `Host` to send. Proxies.", example: "client")
  let headers = Key<[YAMLNode.Pair]>(
    "headers", .headers(), default: "none",
    "Headers set on the request upstream, in place of the client's of that name. A null leaves one out. Proxies.",
    example: "{ x-tenant: \"${path.tenant}\" }")
  let idleTimeout = Key<Duration>(
    "idleTimeout", .duration(.milliseconds(1)...(.seconds(86_400))), default: Defaults.proxy.idleTimeout.written,
    "Without a byte in either direction. Proxies.", example: "5m")
  let retryBuffer = Key<Int>(
    "retryBuffer", .bytes(0...(16 << 20)), default: ProxyPlan.defaultRetryBuffer.bytesWritten,
    "Where the backend has `retry` and the request may be repeated (a safe method, `idempotent`, or an "
      + "`Idempotency-Key`), a body up to this is kept and sent again; over it, there is one attempt. Proxies.",
    example: "256KiB")
  let rewriteLocation = Key<Bool>(
    "rewriteLocation", .boolean(), default: "false",
    "What the backend says of its own places, in `Location`, `Content-Location` and the `Path` of `Set-Cookie`, is told by "
      + "the route's paths. Where the way back can't be told, `check` says so. Proxies.",
    example: "true")
  let onDisconnect = Key<CompositePlan.OnDisconnect>(
    "onDisconnect", .choice(), default: Defaults.composite.onDisconnect.rawValue,
    "What the client's leaving means once a write was sent: `finish` runs writes, required calls and what they read to "
      + "their ends; `cancel` begins nothing more, and undoes what was done. Composites.",
    example: "cancel")
  let cache = Key<CacheSetting>(
    "cache", .routeCache(), default: "none",
    "Keeps finished answers; a duration is its `ttl`. Composites of GET and HEAD.",
    example: "{ ttl: 30s, staleWhileRevalidate: 60s }")
  let cors = Key<CORSPlan?>.cors
  let allow = Key<[AddressBlock]?>.allow
  let deny = Key<[AddressBlock]?>.deny
  let limit = Key<YAMLNode?>.limit
  let auth = Key<AuthSetting?>.auth
  let refuse = Key<[YAMLNode]?>.refuse
  let bodyLimit = Key<Int?>.bodyLimit
  let waf = Key<WAFPlan?>.waf
  let idempotency = Key<IdempotencyPlan?>.idempotency
  let secure = Key<Bool?>.secure
  let errors = Key<YAMLNode?>.errors
  let expose = Key<ExposePlan>.expose
  let compress = Key<CompressPlan?>.compress
  let summary = Key<String>(
    "summary", .text("text"), default: "none", "A line on it for the OpenAPI document.", example: "The start page")
  let description = Key<String>(
    "description", .text("text"), default: "none", "More of it for the OpenAPI document.",
    example: "Who has no orders yet gets an empty list.")
  let tags = Key<[String]>(
    "tags", .list(of: .text("tag")), default: "the name of the BFF", "What the OpenAPI document groups it by.",
    example: "[orders]")
  let deprecated = Key<Bool>(
    "deprecated", .boolean(), default: "false", "The OpenAPI document tells callers to leave it.", example: "true")
  let operationId = Key<String>(
    "operationId", .name("the name of an operation"), default: "made of method and path",
    "Its name in the OpenAPI document. No two routes may share it.", example: "getDashboard")
  let parameters = Key<[YAMLNode.Pair]>(
    "parameters", .entries("parameter", .table(ParameterKeys.self)), default: "none",
    "What there is to know of its parameters, and what stands in for one that the query does not have.",
    example: "{ limit: { type: integer, default: 20, description: How many at most. } }")
  let responses = Key<[YAMLNode.Pair]>(
    "responses", .entries("status", .table(ResponseKeys.self), pattern: Pattern.answerStatus), default: "none",
    "What there is to know of its answers, by status, for the OpenAPI document.",
    example: "{ 200: { description: The order., sample: { id: 5001 } } }")

  /// Keys that only one kind of route has a use for.
  static let compositeOnly = [
    "status", "meta", "passStatus", "exposeErrors", "maxAnswer", "softTimeout", "onDisconnect",
    "cache",
  ]
  /// Keys that say nothing of the answer itself, but who gets it, and what it says beside.
  static let policies = [
    "cors", "allow", "deny", "limit", "auth", "refuse", "bodyLimit", "waf", "idempotency", "secure", "errors", "expose",
    "compress",
  ]
  /// Keys that tell of it to those who call it.
  static let documentation = ["summary", "description", "tags", "deprecated", "operationId", "responses"]
  /// Keys whose lists may take up the next level's by `base`.
  static let layered = ["limit", "refuse"]
  static let proxyOnly = ["host", "headers", "idleTimeout", "retryBuffer", "rewriteLocation"]

  static var relations: [KeyRelation] {
    [
      .excludes("proxy", ["calls", "response", "redirect", "files"] + compositeOnly),
      .excludes("redirect", ["calls", "response", "files", "timeout"] + compositeOnly + proxyOnly),
      .excludes("files", ["calls", "response", "timeout"] + compositeOnly + proxyOnly),
    ]
      + ["calls", "response"].map { .excludes($0, proxyOnly) }
  }

  /// Advice for one of these keys outside of a route.
  static func placement(of key: String) -> String? {
    guard all.contains(where: { $0.name == key && $0.isAvailable }) else { return nil }
    return "`\(key)` belongs into a route, or into `defaults`"
  }

  static func advice(for unknown: String) -> String? {
    CallKeys.all.contains { $0.name == unknown } ? "`\(unknown)` belongs into a call" : nil
  }
}

/// The member that tells of partial failure.
struct MetaKeys: KeySet {
  static let title = "Meta"
  static let noun = "`meta`"
  static let introduction = "Only answers that are objects have it."

  let name = Key<String>(
    "name", .text("member name"), default: MetaPlan().name, "The member's name; no member of the answer may have it.",
    example: "_info")
  let when = Key<MetaPlan.When>(
    "when", .choice(), default: MetaPlan().when.rawValue, "With partial answers, with all, or with none.",
    example: "always")
}
