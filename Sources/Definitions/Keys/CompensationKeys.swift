import Plans

/// What undoes a write.
struct CompensationKeys: KeySet {
  static let title = "Compensation"
  static let noun = "`compensate`"
  static let introduction = """
    Made where the composite fails after the write was done, or may have been; several in the reverse order of the \
    writes' ends. 2xx, 404 and 410 say that it is undone. `compensate: "DELETE …"` is \
    `compensate: { request: "DELETE …" }`. Its templates may read what the write may read, and the write itself; with \
    `each`, that is the item's own value. What it reads of other calls the write waits for.
    """

  let request = Key<YAMLNode>(
    "request", ValueType(.scalar("`METHOD backend /path`", .line(Pattern.compensation))) { node, _ in node },
    required: true, "As that of a call; not GET, HEAD or OPTIONS, which change nothing.",
    example: "\"DELETE orders /orders/${order.id}\"")
  let headers = Key<[YAMLNode.Pair]>(
    "headers", .headers(), default: "none", "As those of a call.", example: "{ x-reason: checkout failed }")
  let body = Key<YAMLNode>("body", .value(), default: "none", "Sent as JSON.", example: "{ id: \"${order.id}\" }")
  let timeout = Key<Duration>(
    "timeout", .duration(.milliseconds(1)...(.seconds(3600))), default: CompensationPlan.defaultTimeout.written,
    "One compensation with all its attempts; the route's does not count.", example: "30s")
  let retry = Key<CompensationRetry>(
    "retry", .table(CompensationRetryKeys.self, CompensationDecoder.retry),
    default: "{ attempts: \(CompensationPlan.defaultAttempts), backoff: \(CompensationPlan.defaultBackoff.written) }",
    "Repeats it until it is undone; the backend's own `retry` does not count.", example: "{ attempts: 5 }")
}

/// Repetition of a compensation.
struct CompensationRetryKeys: KeySet {
  static let title = "Compensation retry"
  static let noun = "`retry` of a compensation"
  static let introduction = "Whatever went wrong but 404 and 410, within the compensation's `timeout`."

  let attempts = Key<Int>(
    "attempts", .integer(1...10), default: "\(CompensationPlan.defaultAttempts)",
    "Attempts in all, the first included.", example: "5")
  let backoff = Key<Duration>(
    "backoff", .duration(.zero...(.seconds(60))), default: CompensationPlan.defaultBackoff.written,
    "The wait before the second attempt. It doubles.", example: "50ms")
}

/// What `retry` of a compensation says.
struct CompensationRetry {
  var attempts = CompensationPlan.defaultAttempts
  var backoff = CompensationPlan.defaultBackoff
}

/// A word of `compensateOn`.
enum CompensationCause: String, CaseIterable {
  case failure, doubt

  var causes: CompensationPlan.Causes {
    switch self {
    case .failure: .failure
    case .doubt: .doubt
    }
  }
}
