import Plans

/// Circuit breaking.
struct BreakerKeys: KeySet {
  static let title = "Breaker"
  static let noun = "`breaker`"
  static let introduction = "`{}` takes the defaults."

  let errorRate = Key<Double>(
    "errorRate", .percent(), default: Defaults.breaker.errorRate.percentWritten,
    "Opens above this share of failures.", example: "25%")
  let window = Key<Duration>(
    "window", .duration(.seconds(1)...(.seconds(3600))), default: Defaults.breaker.window.written,
    "How far back failures count.", example: "30s")
  let minimumCalls = Key<Int>(
    "minimumCalls", .integer(1...1_000_000), default: "\(Defaults.breaker.minimumCalls)",
    "Fewer calls in the window tell nothing.", example: "20")
  let openFor = Key<Duration>(
    "openFor", .duration(.milliseconds(100)...(.seconds(3600))), default: Defaults.breaker.openFor.written,
    "How long no calls are made before one is tried.", example: "5s")
}
