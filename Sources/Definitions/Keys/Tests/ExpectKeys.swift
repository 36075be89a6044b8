import JMESPath
import Messages
import Plans
import Scripts

/// What has to come of a request.
struct ExpectKeys: KeySet {
  static let title = "Expect"
  static let noun = "`expect`"
  static let introduction =
    "What is not said may be anything. In texts of headers and paths `*` stands for any run of characters."

  let status = Key<Int>("status", .integer(100...599), default: "none", "Of the answer.", example: "200")
  let outcome = Key<[(call: String, word: String)]>(
    "outcome", .outcomes(), default: "none", "The words of calls, by the calls' names.",
    example: "{ orders: timeout, user: ok }")
  let body = Key<YAMLNode>(
    "body", .json(), default: "none",
    "What the answer's JSON has, perhaps beside other members. Lists have as many elements as here. A text for a body that "
      + "is no JSON.",
    example: "{ user: { name: Mira }, recentOrders: [] }")
  let bodyExactly = Key<YAMLNode>(
    "bodyExactly", .json(), default: "none", "What the answer's JSON is. `weft test --update` writes it.",
    example: "{ shop: Weft }")
  let bodyMatches = Key<Expression>(
    "bodyMatches", .expression(), default: "none", "An expression over the answer's JSON that has to be true.",
    example: "\"length(products) > `0`\"")
  let headers = Key<[(name: String, value: String?)]>(
    "headers", .expectedLines(), default: "none", "Of the answer; null: there is none of that name.",
    example: "{ cache-control: \"*private*\", set-cookie: null }")
  let calls = Key<[CallExpectation]>(
    "calls", .expectedCalls(), default: "none", "Requests that backends get for this one, by the backends' names.",
    example: "{ orders: { times: 1, path: \"/orders?userId=42&limit=5\" } }")
  let within = Key<Duration>(
    "within", .duration(.milliseconds(1)...(.seconds(3600))), default: "none",
    "The most that it takes, by what the scripts take.", example: "250ms")
  let cache = Key<CacheResult>("cache", .choice(), default: "none", "What the cache did.", example: "hit")
  let refused = Key<String>(
    "refused", .line("the name of a stage"), default: "none",
    "The stage that refused it, as the log names it; `none`: nobody has.", example: "limit")
}

/// Requests that a backend has to get.
struct ExpectedCallKeys: KeySet {
  static let title = "Expected call"
  static let noun = "an expected call"
  static let introduction = "Requests of the backend that are as all keys say."

  let times = Key<Int>(
    "times", .integer(0...1_000_000), default: "one or more", "How many there are of them.", example: "1")
  let method = Key<String>(
    "method", .line("a method such as `GET`", form: .line(Pattern.method)), default: "none", "In capital letters.",
    example: "GET")
  let path = Key<String>(
    "path", .line("a path"), default: "none", "Path and query, as they are sent.",
    example: "\"/orders?userId=42&limit=5\"")
  let headers = Key<[(name: String, value: String?)]>(
    "headers", .expectedLines(), default: "none", "Null: there is none of that name.", example: "{ x-tenant: a }")
  let body = Key<YAMLNode>(
    "body", .json(), default: "none", "What its JSON has, perhaps beside other members.", example: "{ id: c1 }")
}
