import Plans

/// A call.
struct CallKeys: KeySet {
  static let title = "Call"
  static let noun = "a call"
  static let introduction = """
    One request of a composite, or one for each item of a list. Its name has letters, digits and `_`, and is none of \
    the names that are in scope already.
    """

  let request = Key<YAMLNode>(
    "request", ValueType(.scalar("`METHOD backend /path`", .line(Pattern.request))) { node, _ in node }, required: true,
    "What to ask whom. Values are encoded for where they stand: none can add a segment, a parameter or a host.",
    example: "\"GET users /users/${path.id}?full=${query.full}\"")
  let required = Key<Bool>(
    "required", .boolean(), default: "false",
    "Its failure is the failure of the whole. Not together with `fallback`.", example: "true")
  let fallback = Key<YAMLNode>(
    "fallback", .value(), default: "null",
    "Stands in for the value when the call fails; of an `each`, only where every item failed.", example: "[]")
  let when = Key<YAMLNode>(
    "when", .template(), default: "always",
    "The call is `skipped` where this is false, null or empty.", example: "\"${query.lite != 'true'}\"")
  let timeout = Key<Duration>(
    "timeout", .duration(.milliseconds(1)...(.seconds(3600))),
    default: "what is left of the route's; of a write \(CallPlan.writeTimeout.written)",
    "The whole call with its retries. A write that was sent has it whole: the route's `timeout` is the answer's.",
    example: "300ms")
  let headers = Key<[YAMLNode.Pair]>(
    "headers", .headers(), default: "none",
    "Headers to send, in place of the client's of that name. A null leaves one out.",
    example: "{ authorization: { file: /run/secrets/token } }")
  let body = Key<YAMLNode>(
    "body", .value(), default: "none", "Sent as JSON.", example: "{ id: \"${order.id}\" }")
  let accept = Key<StatusSet>(
    "accept", .statuses(), default: "2xx", "Statuses that are a success.", example: "[200, 206]")
  let absent = Key<StatusSet>(
    "absent", .statuses(), default: "none",
    "Statuses that mean that there is none: the value is null, and it is no failure.", example: "404")
  let decoding = Key<CallPlan.Decoding>(
    "as", .choice(), default: "json", "How to read the body; `text` makes it one string.", example: "text")
  let select = Key<YAMLNode>(
    "select", ValueType(.expression) { node, _ in node }, default: "the whole body",
    "An expression over the body, which is `@` in it.",
    example: "\"${@.data.items}\"")
  let each = Key<YAMLNode>(
    "each", ValueType(.either(.expression, .list(.value))) { node, _ in node }, default: "none",
    "Calls once per item of this list; `item` in the request. Equal items are asked for once by safe calls; "
      + "the order is kept. A list that is written out holds no templates.",
    example: "\"${order.lines[].sku}\"")
  let batch = Key<Int>(
    "batch", .integer(1...1000), default: "one by one",
    "Items per request; `items` in it. With `each`; needs `key`.", example: "50")
  let key = Key<String>(
    "key", .text("member name"), default: "a list in the order of the items",
    "The result becomes an object by this member of each element. With `each`.", example: "sku")
  let concurrency = Key<Int>(
    "concurrency", .integer(1...1000), default: "\(Defaults.each.concurrency)",
    "Requests of this call in flight at once. With `each`.",
    example: "8")
  let max = Key<Int>(
    "max", .integer(1...100_000), default: "\(Defaults.each.max)",
    "More items than this are refused, equal ones counted once where they are asked for once: `invalid-request`. With "
      + "`each`.", example: "200")
  let maxElements = Key<Int>(
    "maxElements", .integer(1...1_000_000), default: "ten times `max`",
    "More elements of the list than this, as they come, are refused: `invalid-request`. With `each`.", example: "500")
  let after = Key<[YAMLNode]>(
    "after",
    ValueType(
      .list(.scalar("call name", .line(Pattern.callName))), ValueType.list(of: ValueType<YAMLNode>.template()).read),
    default: "none", "Waits for these calls, too, even if nothing of them is read.", example: "[reserve]")
  let cache = Key<CacheSetting>(
    "cache", .callCache(), default: "none",
    "Keeps the call's values; a duration is its `ttl`. Of GET, HEAD and what is `safe`.",
    example: "{ ttl: 5m, staleIfError: 1h }")
  let safe = Key<Bool>(
    "safe", .boolean(), default: "false",
    "It only reads, though its method says that it writes: it is treated as a GET in everything.", example: "true")
  let compensate = Key<YAMLNode>(
    "compensate",
    ValueType(.either(.scalar("request", .line(Pattern.compensation)), .table(CompensationKeys.self))) { node, _ in node
    },
    default: "none", "Undoes this write where the composite fails after it. A request, or a mapping.",
    example: "\"DELETE orders /orders/${order.id}\"")
  let compensateOn = Key<[CompensationCause]>(
    "compensateOn", .list(of: .choice(), isEmptyAllowed: false), default: "[failure, doubt]",
    "The ends of the write that are undone: `failure`, it was done and the composite failed after it; `doubt`, nobody "
      + "knows whether it was done.",
    example: "[failure]")
  let idempotencyKey = Key<YAMLNode>(
    "idempotencyKey", ValueType(.scalar("template, or `none`", .line(Pattern.idempotencyKey))) { node, _ in node },
    default: "a hash of the client's, the route, the call and the item",
    "The `Idempotency-Key` that this write sends. A template that gives null or nothing sends none.",
    example: "\"${body.orderId}\"")

  static var relations: [KeyRelation] {
    ["key", "concurrency", "max", "maxElements"].map { .needs($0, ["each"]) } + [
      .needs("batch", ["each", "key"]), .isFalseWith("required", "fallback"), .needs("compensateOn", ["compensate"]),
      .isFalseWith("safe", "compensate"), .isFalseWith("safe", "idempotencyKey"),
    ]
  }

  static func advice(for unknown: String) -> String? {
    RouteKeys.all.contains { $0.name == unknown } ? "`\(unknown)` belongs to the route" : nil
  }
}
