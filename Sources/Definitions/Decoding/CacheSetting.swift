import Plans

/// What `cache` says, before its tags are compiled: they need the names in scope.
struct CacheSetting {
  /// `nil` for `none`.
  var plan: CachePlan?
  var tags: [YAMLNode] = []
}

/// What `ttl` of a route says.
enum CacheLength {
  case inherited
  case time(Duration)
}
