import Plans

/// What `redis` says: where the cache is, and where counters are.
struct RedisRoles {
  var cache: RedisSettings?
  var state = StateStore.withCache
}

/// One Redis for the cache, and one for what must not be lost.
struct RedisRolesKeys: KeySet {
  static let title = "Redis apart"
  static let noun = "`redis` of two parts"
  static let introduction = """
    One Redis that may evict, and one that may not; each is a URL or a mapping. What is not given is kept in each process.
    """

  let cache = Key<RedisSettings>(
    "cache", .oneRedis(), default: "none", "Where answers and values are kept.",
    example: "redis://cache.internal:6379/0")
  let state = Key<RedisSettings>(
    "state", .oneRedis(), default: "none",
    "Where `limit` counts. With `maxmemory`, its policy is best `noeviction`; the log says so where it is not.",
    example: "redis://state.internal:6379/0")

  static func decode(_ reader: MappingReader<RedisRolesKeys>) -> RedisRoles {
    RedisRoles(cache: reader[\.cache], state: .own(reader[\.state]))
  }
}

extension ValueType<RedisRoles> {
  /// One for all, or each by its part.
  static func redis() -> ValueType {
    let one = ValueType<RedisSettings>.oneRedis()
    let apart = ValueType.table(RedisRolesKeys.self, RedisRolesKeys.decode)
    return ValueType(.either(one.shape, apart.shape)) { node, loading in
      let isApart = RedisRolesKeys.all.contains { node[$0.name] != nil }
      return isApart ? apart.read(node, loading) : one.read(node, loading).map { RedisRoles(cache: $0) }
    }
  }
}
