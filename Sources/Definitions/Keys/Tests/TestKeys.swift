import Plans
import Scripts

/// A file of `tests/`, or of `mocks/`.
struct TestKeys: KeySet {
  static let title = "A test"
  static let noun = "a test"
  static let introduction = """
    Every `*.yaml` and `*.yml` file of the folder's `tests/` is one test, which `weft test` runs; files of `mocks/`, which \
    `weft mock` and `weft run --mock` serve, have `backends` alone. See [Testing](testing-compositions.md).
    """

  let name = Key<String>(
    "name", .text("name"), default: "the file's name without its ending", "For people, and for `--filter`.",
    example: "dashboard")
  let at = Key<Int64>(
    "at", .instant(), default: "2026-01-01T00:00:00Z",
    "What is the time when it begins. From there on only backends that take their time, and `wait`, make it later.",
    example: "2026-11-27T09:30:00Z")
  let backends = Key<[BackendScript]>(
    "backends", .scripts(), default: "none",
    "What backends answer, by their names and by requests. A request that no script answers fails the test.",
    example: "{ users: { GET /users/42: { json: { id: 42 } } } }")
  let request = Key<TestRequest>(
    "request", .testRequest(), "What the client sends.", example: "GET /mobile/dashboard/42")
  let expect = Key<Expectation>(
    "expect", .table(ExpectKeys.self, TestDecoder.expectation), default: "none", "What has to come of it.",
    example: "{ status: 200, body: { user: { name: Mira } } }")
  let steps = Key<[TestStep]>(
    "steps", .list(of: .table(TestStepKeys.self, TestDecoder.step), isEmptyAllowed: false),
    "Several requests one after the other, in place of `request` and `expect`: caches, limits and breakers are as the ones "
      + "before have left them.",
    example: "[{ request: GET /a, expect: { cache: miss } }, { wait: 31s, request: GET /a, expect: { cache: miss } }]")

  static var relations: [KeyRelation] { [.excludes("steps", ["request", "expect"]), .needs("expect", ["request"])] }

  static func advice(for unknown: String) -> String? {
    if unknown == "wait" { return "`wait` belongs into a step of `steps`" }
    return ExpectKeys.all.contains { $0.name == unknown } ? "`\(unknown)` belongs into `expect`" : nil
  }
}

/// One of several requests.
struct TestStepKeys: KeySet {
  static let title = "Test step"
  static let noun = "a step"
  static let introduction = "It has `request`, `wait` or both: then the wait comes first."

  let wait = Key<Duration>(
    "wait", .duration(.milliseconds(1)...(.seconds(31_536_000))), default: "none",
    "So much later, while what goes on behind the answers goes on. It takes no time.", example: "31s")
  let backends = Key<[BackendScript]>(
    "backends", .scripts(), default: "none", "Scripts that come before the test's, from this step on.",
    example: "{ orders: { \"*\": { status: 503 } } }")
  let request = Key<TestRequest>(
    "request", .testRequest(), "What the client sends.", example: "GET /mobile/dashboard/42")
  let expect = Key<Expectation>(
    "expect", .table(ExpectKeys.self, TestDecoder.expectation), default: "none", "What has to come of it.",
    example: "{ cache: hit, calls: { orders: { times: 0 } } }")

  static var relations: [KeyRelation] { [.needs("expect", ["request"])] }

  static func advice(for unknown: String) -> String? { TestKeys.advice(for: unknown) }
}

/// A client's request.
struct TestRequestKeys: KeySet {
  static let title = "Test request"
  static let noun = "`request`"
  static let introduction = "`request: GET /path` is `request: { path: /path }`."

  let method = Key<String>(
    "method", .line("a method such as `GET`", form: .line(Pattern.method)), default: "GET", "In capital letters.",
    example: "POST")
  let path = Key<String>(
    "path", .line("a path such as `/mobile/dashboard/42`", form: .line(Pattern.path)), required: true,
    "Path and query.", example: "/web/products?category=lamps")
  let headers = Key<[(name: String, value: String)]>(
    "headers", .lines(), default: "none", "Beside `Host`, which is `localhost` unless it is among them.",
    example: "{ accept-language: de }")
  let body = Key<YAMLNode>(
    "body", .json(), default: "none", "A text as it is; anything else as JSON, with its `Content-Type`.",
    example: "{ id: c1, lines: [{ sku: P1003, quantity: 2 }] }")
  let identity = Key<TestIdentity>(
    "identity", .table(TestIdentityKeys.self, TestDecoder.identity), default: "none",
    "Who the client has shown to be: the route's providers take it without credentials, and all else of `auth` is as ever. "
      + "Without it the headers count.",
    example: "{ subject: \"42\", claims: { scope: orders } }")
  let claims = Key<YAMLNode>(
    "claims", .json(), default: "none", "Short for `identity` with these claims, and their `sub` as its subject.",
    example: "{ sub: \"42\" }")
  let address = Key<String>(
    "address", .line("an address", form: .line(Pattern.addressBlock)), default: "none", "The client's.",
    example: "203.0.113.7")

  static var relations: [KeyRelation] { [.excludes("identity", ["claims"])] }
}

/// Who a client is.
struct TestIdentityKeys: KeySet {
  static let title = "Test identity"
  static let noun = "`identity`"
  static let introduction = "What else it has becomes no member: members beyond these stand in `fields`."

  let provider = Key<String>(
    "provider", .name("the name of a provider"), default: "each that the route has", "The provider that has told.",
    example: "shop")
  let subject = Key<String>("subject", .line("a subject"), default: "none", "Who it is.", example: "\"42\"")
  let plan = Key<String>("plan", .line("a plan"), default: "none", "The plan by which it is limited.", example: "gold")
  let groups = Key<[String]>(
    "groups", .list(of: .line("a group")), default: "none", "Groups that it is in.", example: "[staff]")
  let claims = Key<YAMLNode>(
    "claims", .json(), default: "none", "The claims of its token.", example: "{ scope: orders }")
  let fields = Key<YAMLNode>(
    "fields", .json(), default: "none", "Further members of `identity`, as an entry of keys has them.",
    example: "{ tenant: acme }")
}
