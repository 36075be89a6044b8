import Plans

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
    "backoff", .duration(.zero...(.seconds(60))), default: Defaults.retry.backoff.written,
    "The wait before the second attempt. It doubles, and a random part of it is waited.", example: "50ms")
  let budget = Key<Double>(
    "budget", .percent(), default: Defaults.retry.budget.percentWritten,
    "Retries as a share of requests: an ailing backend is not flooded.",
    example: "10%")
}
