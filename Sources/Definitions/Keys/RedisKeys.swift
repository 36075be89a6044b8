import Plans

/// Redis, behind the memory of each process.
struct RedisKeys: KeySet {
  static let title = "Redis"
  static let noun = "`redis`"
  static let introduction = """
    A cache that all gateways of a fleet share. The URL alone may be written as a string. One of `url`, `cluster` and \
    `sentinel`; passwords best from the environment or a file.
    """

  let url = Key<RedisSettings>(
    "url", .redisURL(),
    "`redis://user:password@host:6379/0`, `rediss://` for TLS, `unix:///run/redis.sock`; also "
      + "`redis+cluster://host:6379,other:6379` and `redis+sentinel://host:26379,other:26379/master`.",
    example: "\"rediss://cache.internal:6380/0\"")
  let cluster = Key<[RedisEndpoint]>(
    "cluster", .list(of: .redisEndpoint(defaultPort: RedisEndpoint.defaultPort), isEmptyAllowed: false),
    "Some nodes of a cluster, as `HOST:PORT`; the others are found.", example: "[redis-1:6379, redis-2:6379]")
  let sentinel = Key<RedisSettings>(
    "sentinel", .table(SentinelKeys.self, RedisDecoder.sentinels), "Sentinels to ask for the master.",
    example: "{ master: shop, addresses: [sentinel-1:26379, sentinel-2:26379] }")
  let user = Key<String>(
    "user", .text("user name"), default: "none", "For Redis 6 and later.", example: "weft")
  let password = Key<RedisSecret>(
    "password", .secret(), default: "none",
    "The password; `${env.NAME}`, or `{ file: path }`, which is read again for each connection.",
    example: "{ file: /run/secrets/redis }")
  let database = Key<Int>(
    "database", .integer(0...RedisURL.mostDatabase), default: "0", "Its number; a cluster has only 0.", example: "2")
  let tls = Key<RedisSettings.TLS>(
    "tls", .table(RedisTLSKeys.self, RedisDecoder.tls), default: "none", "TLS to Redis.",
    example: "{ serverName: redis.internal }")
  let prefix = Key<String>(
    "prefix", .text("prefix of names"), default: "\"\(RedisSettings(.cluster([])).prefix)\"",
    "Before every name in Redis, so that several fleets can share one.", example: "\"shop:\"")
  let timeout = Key<Duration>(
    "timeout", .duration(.milliseconds(1)...(.milliseconds(RedisURL.mostMilliseconds))),
    default: RedisSettings(.cluster([])).commandTimeout.written,
    "What asking Redis may cost an answer; then the answer is made without it.", example: "20ms")
  let connectTimeout = Key<Duration>(
    "connectTimeout", .duration(.milliseconds(1)...(.seconds(60))),
    default: RedisSettings(.cluster([])).connectTimeout.written,
    "Until a connection stands, TLS included; no answer waits for it.", example: "500ms")

  static var relations: [KeyRelation] { [.oneOf(["url", "cluster", "sentinel"])] }
}

/// TLS to Redis.
struct RedisTLSKeys: KeySet {
  static let title = "Redis TLS"
  static let noun = "`tls` of `redis`"
  static let introduction = "Paths are relative to the folder of definitions. `{}` takes the defaults."

  let ca = Key<String>(
    "ca", .file(), default: "the system's", "PEM file of the authorities to trust, instead of the system's.",
    example: "certs/ca.pem")
  let certificate = Key<String>(
    "certificate", .file(), default: "none", "PEM file of the gateway's certificate; needs `key`.",
    example: "certs/gateway.pem")
  let key = Key<String>(
    "key", .file(), default: "none", "PEM file of its private key.", example: "certs/gateway.key")
  let serverName = Key<String>(
    "serverName", .hostName(), default: "the host", "The name to find in the certificate.", example: "redis.internal")

  static var relations: [KeyRelation] { [.needs("certificate", ["key"]), .needs("key", ["certificate"])] }
}

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
