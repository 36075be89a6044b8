import Plans

/// Sentinels that watch over Redis.
struct SentinelKeys: KeySet {
  static let title = "Sentinel"
  static let noun = "`sentinel`"
  static let introduction = "They are asked for the master before each connection, and tell when it changes."

  let master = Key<String>(
    "master", .text("name of a master"), required: true, "The name that the sentinels know it by.", example: "shop")
  let addresses = Key<[RedisEndpoint]>(
    "addresses", .list(of: .redisEndpoint(defaultPort: RedisEndpoint.defaultSentinelPort), isEmptyAllowed: false),
    required: true, "Some of them, as `HOST:PORT`.", example: "[sentinel-1:26379, sentinel-2:26379]")
  let password = Key<RedisSecret>(
    "password", .secret(), default: "none", "The sentinels' own, as `password` of `redis`.",
    example: "\"${env.SENTINEL_PASSWORD || 'none'}\"")
}
