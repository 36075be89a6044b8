import Plans

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
