import Plans

/// Decodes `cache` of routes and calls.
enum CacheDecoder {
  static func route(_ reader: MappingReader<CacheKeys>) -> CacheSetting {
    var plan = CachePlan(ttl: nil)
    if case .time(let ttl)? = reader[\.ttl] { plan.ttl = ttl }
    plan.staleWhileRevalidate = reader[\.staleWhileRevalidate] ?? .zero
    plan.staleIfError = reader[\.staleIfError] ?? .zero
    plan.partialTtl = reader[\.partialTtl]
    plan.errorTtl = reader[\.errorTtl]
    plan.jitter = reader[\.jitter] ?? 0
    plan.respectsBackend = reader[\.respectBackend] ?? false
    plan.clientControl = reader[\.clientControl] ?? false
    return CacheSetting(plan: plan, tags: reader[\.tags] ?? [])
  }

  static func call(_ reader: MappingReader<CallCacheKeys>) -> CacheSetting {
    var plan = CachePlan(ttl: reader[\.ttl])
    plan.staleWhileRevalidate = reader[\.staleWhileRevalidate] ?? .zero
    plan.staleIfError = reader[\.staleIfError] ?? .zero
    plan.jitter = reader[\.jitter] ?? 0
    plan.respectsBackend = reader[\.respectBackend] ?? false
    return CacheSetting(plan: plan, tags: reader[\.tags] ?? [])
  }

  static func tags(
    _ nodes: [YAMLNode], _ templates: inout TemplateReader, _ position: RouteScope.Position
  ) -> [TextTemplate] {
    nodes.compactMap { templates.text($0, expected: "a tag such as `user:${path.id}`", position) }
  }
}

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
