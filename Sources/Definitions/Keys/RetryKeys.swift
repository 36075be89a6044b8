import Plans

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
    "budget", .percentOrNone(), default: Defaults.retry.budget?.percentWritten ?? "none",
    "Retries as a share of requests: an ailing backend is not flooded. Ten at once, and one a second, are there however "
      + "few the requests. What it refuses is told in the log. `none`: no bound.",
    example: "10%")
}
