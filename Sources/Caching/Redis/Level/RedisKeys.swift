import NIOCore

/// The names of everything in Redis. A value and its lease share a hash tag, so that one script may touch both in a
/// cluster.
struct RedisKeys: Sendable {
  let prefix: String

  func value(_ key: CacheKey) -> RedisArgument { .text("\(prefix){\(key.hex)}:v") }

  func lease(_ key: CacheKey) -> RedisArgument { .text("\(prefix){\(key.hex)}:l") }

  func tag(_ tag: CacheTag) -> RedisArgument { .text(prefix + "t:" + tag.hex) }

  var channel: String { prefix + "events" }
}
