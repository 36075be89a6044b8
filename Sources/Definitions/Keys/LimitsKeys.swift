import Plans

/// Bounds on what one process takes on.
struct LimitsKeys: KeySet {
  static let title = "Limits"
  static let noun = "`limits`"
  static let introduction = "Each request and the process as a whole."

  let headerBytes = Key<Int>(
    "headerBytes", .bytes(1024...(1 << 20)), default: ProcessPlan().limits.headerBytes.bytesWritten,
    "Request line and headers together; above it 431.",
    example: "16KiB")
  let bodyBytes = Key<Int>(
    "bodyBytes", .bytes(0...ProcessPlan.Limits.mostBodyBytes), default: ProcessPlan().limits.bodyBytes.bytesWritten,
    "A request's body where a definition reads it; above it 413. Proxies have no such limit.", example: "256KiB")
  let connections = Key<Int>(
    "connections", .integer(1...1_000_000), default: "\(ProcessPlan().limits.connections)",
    "Open client connections; fewer where the process may not have the descriptors.", example: "20000")
  let connectionsPerClient = Key<Int>(
    "connectionsPerClient", .integer(1...1_000_000), default: "none",
    "Of those, of one address (of IPv6, of one /64); `trustedProxies` are not counted. For gateways that clients reach "
      + "directly.",
    example: "100")
  let requestsInFlight = Key<Int>(
    "requestsInFlight", .integer(1...1_000_000), default: "\(ProcessPlan().limits.requestsInFlight)",
    "Requests being worked on, up to when the client has the answer; above it 503.",
    example: "1000")
  let bodiesInFlight = Key<Int>(
    "bodiesInFlight", .integer(1...1_000_000), default: "\(ProcessPlan().limits.bodiesInFlight)",
    "Requests whose bodies are still coming; above it 503.",
    example: "1000")
  let untakenBytes = Key<Int>(
    "untakenBytes", .bytes((1 << 20)...(1 << 40)), default: ProcessPlan().limits.untakenBytes.bytesWritten,
    "What clients have not taken yet of their answers, all together; above it the slowest takers are cut off, and "
      + "composites are 503.",
    example: "1GiB")
  let counters = Key<Int>(
    "counters", .integer(1...100_000_000), default: "\(ProcessPlan().limits.counters)",
    "What `limit` counts in this process: so many values at most, some 250 bytes each; those that came once go first.",
    example: "1000000")
  let idempotencyBytes = Key<Int>(
    "idempotencyBytes", .bytes((1 << 20)...(1 << 40)), default: ProcessPlan().limits.idempotencyBytes.bytesWritten,
    "What `idempotency` keeps of answers in this process, at 512 bytes more for each than it has; those that were not "
      + "asked for again go first.",
    example: "256MiB")
  let bodyRate = Key<Int>(
    "bodyRate", .bytes(0...(1 << 30)), default: ProcessPlan().limits.bodyRate.bytesWritten,
    "What a request's body must bring a second, on average, after `timeouts.bodyGrace`; slower ones get 408. `0B`: no "
      + "such rate.",
    example: "1KiB")
}
