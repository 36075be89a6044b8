import Plans

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
