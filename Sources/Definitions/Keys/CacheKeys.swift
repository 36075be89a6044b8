import Plans

/// Caching of a route's answers.
struct CacheKeys: KeySet {
  static let title = "Cache"
  static let noun = "`cache`"
  static let introduction = """
    How long finished answers of a route are kept, for whoever sends a request that agrees in everything the route \
    reads. `cache: 30s` is `cache: { ttl: 30s }`; `cache: none` takes a default back. Only for routes of GET and HEAD \
    whose calls are safe. See [The cache](caching.md).
    """

  static let range = Duration.milliseconds(1)...CachePlan.longest

  let ttl = Key<CacheLength>(
    "ttl", .cacheLength(), required: true,
    "Kept as fresh for this long. `inherit`: no longer than any value it is made of; then every call has `cache`.",
    example: "30s")
  let staleWhileRevalidate = Key<Duration>(
    "staleWhileRevalidate", .duration(range), default: "none",
    "After `ttl`, served at once for this long, and fetched anew behind it.", example: "60s")
  let staleIfError = Key<Duration>(
    "staleIfError", .duration(range), default: "none",
    "After `ttl`, served for this long in place of an answer of 500 and above.", example: "10m")
  let partialTtl = Key<Duration>(
    "partialTtl", .duration(range), default: "none", "Partial answers are kept for this long; without it they are not.",
    example: "2s")
  let errorTtl = Key<Duration>(
    "errorTtl", .duration(range), default: "none",
    "Answers of 400 and above are kept for this long; without it they are not.", example: "1s")
  let jitter = Key<Double>(
    "jitter", .percent(), default: "0%",
    "Each answer goes stale earlier by a random part of `ttl` up to this, so that what came together does not go "
      + "together.",
    example: "10%")
  let tags = Key<[YAMLNode]>(
    "tags", .tags(), default: "none",
    "Names to purge by; they may read calls. A list gives a name for each of its elements, null gives none.",
    example: "[\"user:${path.id}\"]")
  let respectBackend = Key<Bool>(
    "respectBackend", .boolean(), default: "false",
    "No longer than the backends' answers allow, by `Cache-Control` or `Expires`.", example: "true")
  let clientControl = Key<Bool>(
    "clientControl", .boolean(), default: "false",
    "Clients may ask for a new answer by their `Cache-Control`. Whoever can reach the route can then make it work.",
    example: "true")
}

/// The memory level of the process.
struct MemoryCacheKeys: KeySet {
  static let title = "Memory cache"
  static let noun = "`cache` of gateway.yaml"
  static let introduction = "What the process itself keeps; what is kept, and for how long, is up to the routes."

  let memory = Key<Int>(
    "memory", .bytes(0...(1 << 40)), default: ProcessPlan().cache.memoryBytes.bytesWritten,
    "About what entries may take in memory; `0B` keeps nothing there.", example: "256MiB")
  let refreshes = Key<Int>(
    "refreshes", .integer(1...100_000), default: "\(ProcessPlan().cache.mostRefreshes)",
    "Background fetches under way at once; more stale entries wait for their next request.", example: "128")
}
