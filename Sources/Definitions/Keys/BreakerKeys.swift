import Plans

/// Circuit breaking.
struct BreakerKeys: KeySet {
  static let title = "Breaker"
  static let noun = "`breaker`"
  static let introduction = "By address: one that is stopped is left out of balancing. `{}` takes the defaults."

  let errorRate = Key<Double>(
    "errorRate", .percent(), default: Defaults.breaker.errorRate.percentWritten,
    "Opens at this share of failures, or above it: `100%` is when all fail. Under `10%` is warned about.",
    example: "25%")
  let window = Key<Duration>(
    "window", .duration(.seconds(1)...(.seconds(3600))), default: Defaults.breaker.window.written,
    "How far back failures count.", example: "30s")
  let minimumCalls = Key<Int>(
    "minimumCalls", .integer(1...1_000_000), default: "\(Defaults.breaker.minimumCalls)",
    "Fewer calls in the window tell nothing. Under 5 is warned about.", example: "20")
  let openFor = Key<Duration>(
    "openFor", .duration(.milliseconds(100)...(.seconds(3600))), default: Defaults.breaker.openFor.written,
    "How long no calls are made before one is tried.", example: "5s")
  let countStatus = Key<StatusSet>(
    "countStatus", .statuses(), default: "5xx",
    "Statuses that count as failures, beside `connect`, `timeout` and `invalid`; replaces the list.",
    example: "[429, 5xx]")
}

/// Repetition of failed requests.
struct RetryKeys: KeySet {
  static let title = "Retry"
  static let noun = "`retry`"
  static let introduction = """
    A `Retry-After` of 429 and 503 is waited for; where it is beyond the deadline, there is no further attempt. `{}` \
    takes the defaults.
    """

  let attempts = Key<Int>(
    "attempts", .integer(1...10), default: "\(Defaults.retry.attempts)", "Attempts in all, the first included.",
    example: "3")
  let on = Key<[BackendPlan.Retry.Cause]>(
    "on", .causes(), default: "[connect, 502, 503, 504]", "What is worth another attempt.",
    example: "[connect, timeout, 503]")
  let backoff = Key<Duration>(
    "backoff", .duration(.zero...(.seconds(60))), default: Defaults.retry.backoff.written,
    "The wait before the second attempt. It doubles, and a random part of it is waited.", example: "50ms")
  let budget = Key<Double?>(
    "budget", .orNone(.percent()), default: Defaults.retry.budget?.percentWritten ?? "none",
    "Retries as a share of requests: an ailing backend is not flooded. Ten at once, and one a second, are there however "
      + "few the requests. What it refuses is told in the log. `none`: no bound.",
    example: "10%")
}

/// Active health checks.
struct HealthKeys: KeySet {
  static let title = "Health"
  static let noun = "`health`"
  static let introduction = "A GET to each address; any 2xx is well."

  let path = Key<String>(
    "path", .constantPath(), required: true, "What to ask for, after the address's own path.", example: "/health")
  let every = Key<Duration>(
    "every", .duration(.milliseconds(100)...(.seconds(3600))), default: Defaults.health.every.written,
    "Time between two checks.", example: "10s"
  )
  let unhealthyAfter = Key<Int>(
    "unhealthyAfter", .integer(1...100), default: "\(Defaults.health.unhealthyAfter)", "Failed checks in a row.",
    example: "2")
  let healthyAfter = Key<Int>(
    "healthyAfter", .integer(1...100), default: "\(Defaults.health.healthyAfter)", "Good checks in a row.", example: "1"
  )
}
