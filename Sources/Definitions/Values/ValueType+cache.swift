import Plans

extension ValueType<CacheSetting> {
  private static var none: String { "none" }

  /// Of a route: a duration, `inherit`, `none`, or a mapping.
  static func routeCache() -> ValueType {
    setting([none, CacheLength.inherit], .table(CacheKeys.self)) { node, loading in
      MappingReader<CacheKeys>(node, loading).map { CacheDecoder.route($0) }
    } short: { text, node, loading in
      CacheLength.read(text, node, loading).map { length in
        if case .time(let ttl) = length { CachePlan(ttl: ttl) } else { CachePlan(ttl: nil) }
      }
    }
  }

  /// Of a call.
  static func callCache() -> ValueType {
    setting([none], .table(CallCacheKeys.self)) { node, loading in
      MappingReader<CallCacheKeys>(node, loading).map { CacheDecoder.call($0) }
    } short: { _, node, loading in
      ValueType<Duration>.duration(CacheKeys.range).read(node, loading).map { CachePlan(ttl: $0) }
    }
  }

  private static func setting(
    _ words: [String], _ table: Shape, _ long: @escaping (YAMLNode, Loading) -> CacheSetting?,
    short: @escaping (String, YAMLNode, Loading) -> CachePlan?
  ) -> ValueType {
    ValueType(.either(.either(.duration, .choice(words)), table)) { node, loading in
      if node.pairs != nil { return long(node, loading) }
      let expected = "a duration such as `30s`, `none` or a mapping"
      guard let text = loading.text(of: node, expected: expected) else { return nil }
      if text == none { return CacheSetting(plan: nil) }
      return short(text, node, loading).map { CacheSetting(plan: $0) }
    }
  }
}

extension CacheLength {
  static let inherit = "inherit"

  static func read(_ text: String?, _ node: YAMLNode, _ loading: Loading) -> CacheLength? {
    if text == inherit { return .inherited }
    return ValueType<Duration>.duration(CacheKeys.range).read(node, loading).map { .time($0) }
  }
}

extension ValueType<CacheLength> {
  static func cacheLength() -> ValueType {
    ValueType(.either(.duration, .choice([CacheLength.inherit]))) { node, loading in
      CacheLength.read(node.text, node, loading)
    }
  }
}

extension ValueType<[YAMLNode]> {
  /// Templates, or one of them; compiled later, where the names in scope are known.
  static func tags() -> ValueType {
    ValueType(.either(.template, .list(.template))) { node, _ in node.elements ?? [node] }
  }
}
