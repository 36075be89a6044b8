import Plans

/// Caching of a call's values.
struct CallCacheKeys: KeySet {
  static let title = "Call cache"
  static let noun = "`cache` of a call"
  static let introduction = """
    How long what a backend says to a call is kept, for every call of the same request to the same backend with the \
    same `cache`, whatever the route. `cache: 5m` is `cache: { ttl: 5m }`. Only for GET, HEAD and what \
    is `safe`, whose body counts for what is the same request.
    """

  let ttl = Key<Duration>(
    "ttl", .duration(CacheKeys.range), required: true, "Kept as fresh for this long.", example: "5m")
  let staleWhileRevalidate = Key<Duration>(
    "staleWhileRevalidate", .duration(CacheKeys.range), default: "none",
    "After `ttl`, used at once for this long, and fetched anew behind it.", example: "60s")
  let staleIfError = Key<Duration>(
    "staleIfError", .duration(CacheKeys.range), default: "none",
    "After `ttl`, used for this long where the call fails: `used=stale`.", example: "1h")
  let jitter = Key<Double>(
    "jitter", .percent(), default: "0%", "As that of a route.", example: "10%")
  let tags = Key<[YAMLNode]>(
    "tags", .tags(), default: "none",
    "Names to purge by; they read what the call's request may read. Answers of routes with `cache` that the value is in "
      + "have them too.",
    example: "[\"product:${path.sku}\"]")
  let respectBackend = Key<Bool>(
    "respectBackend", .boolean(), default: "false",
    "No longer than the backend's answer allows, by `Cache-Control` or `Expires`.",
    example: "true")
}
