import Plans

/// What has requests with a key worked at once.
struct IdempotencyKeys: KeySet {
  static let title = "Idempotency"
  static let noun = "`idempotency`"
  static let introduction = """
    Has a request that is sent again get the answer of the first, where clients give both the same key. See \
    [The edge](edge.md#requests-that-are-sent-again).
    """

  let header = Key<String>(
    "header", .headerName(), default: IdempotencyPlan().header, "The header that has the key.", example: "X-Request-Key"
  )
  let ttl = Key<Duration>(
    "ttl", .duration(.seconds(1)...(.seconds(30 * 86_400))), default: IdempotencyPlan().ttl.written,
    "How long an answer is kept.", example: "7d")
  let required = Key<Bool>(
    "required", .boolean(), default: "false", "A request that would change something and has no key is a 400.",
    example: "true")
  let wait = Key<Duration>(
    "wait", .duration(.milliseconds(1)...(.seconds(60))), default: "none",
    "How long a request waits for the end of the one before it, which runs still; then, and without this key, 409.",
    example: "5s")
  let onRedisFailure = Key<IdempotencyPlan.RedisFailure>(
    "onRedisFailure", .choice(), default: IdempotencyPlan().onRedisFailure.rawValue,
    "While Redis can't be asked: `deny` answers 503, with `local` each gateway knows its own keys.", example: "local")

  static func decode(_ reader: MappingReader<IdempotencyKeys>) -> IdempotencyPlan? {
    var plan = IdempotencyPlan()
    if let header = reader[\.header], let node = reader.pair(\.header)?.value {
      plan.header = header
      if let fault = HeaderNames.fault(header, in: .request) {
        reader.loading.report(node, "the key can't be in `\(header)`; \(fault.reason)")
      }
    }
    plan.ttl = reader[\.ttl] ?? plan.ttl
    plan.isRequired = reader[\.required] ?? plan.isRequired
    plan.wait = reader[\.wait]
    plan.onRedisFailure = reader[\.onRedisFailure] ?? plan.onRedisFailure
    return plan
  }
}

extension Key where Value == IdempotencyPlan? {
  static var idempotency: Key {
    Key(
      "idempotency", .orNone(.table(IdempotencyKeys.self, IdempotencyKeys.decode)), default: "none",
      "Requests that would change something and have one key are worked at once: the answer of the first is given again.",
      example: "{ required: true, wait: 5s }")
  }
}
