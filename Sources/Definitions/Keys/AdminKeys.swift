import Plans

/// Where the admin endpoints are, and who may ask there.
struct AdminKeys: KeySet {
  static let title = "Admin"
  static let noun = "`admin`"
  static let introduction = """
    The address alone may be written as a string. One that is not loopback needs a `token`. What changes something wants \
    `Content-Type: application/json` or `X-Weft-Admin: 1`, a `Host` that is the address, `localhost` or one of `hosts`, \
    and no foreign `Origin`.
    """

  let address = Key<String>(
    "address", .listenAddress(), required: true, "`HOST:PORT`; port 0 lets the system choose.",
    example: "127.0.0.1:8081")
  let token = Key<Secret<String>>(
    "token", .secret(), default: "none",
    "Every path but `/livez`, `/readyz` and the admin page wants it, as `Authorization: Bearer`; `${env.NAME}` or "
      + "`{ file: path }`.",
    example: "{ file: /run/secrets/weft-admin }")
  let hosts = Key<[String]>(
    "hosts", .list(of: .hostName()), default: "none", "Other names by which the address is called.",
    example: "[weft-admin.internal]")
}
