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
