/// TLS to a backend.
struct TLSKeys: KeySet {
  static let title = "TLS"
  static let noun = "`tls`"
  static let introduction = "Paths are relative to the folder of definitions."

  let ca = Key<String>(
    "ca", .file(), default: "the system's", "PEM file of the authorities to trust, instead of the system's.",
    example: "certs/ca.pem")
  let certificate = Key<String>(
    "certificate", .file(), default: "none", "PEM file of the client's certificate; needs `key`.",
    example: "certs/client.pem")
  let key = Key<String>(
    "key", .file(), default: "none", "PEM file of its private key.", example: "certs/client.key")
  let serverName = Key<String>(
    "serverName", .hostName(), default: "the URL's host", "The name to ask for and to find in the certificate.",
    example: "users.internal")
  let verify = Key<Bool>(
    "verify", .boolean(), default: "true",
    "`false` believes whoever answers, without a look at the certificate: for development. Each start warns of it.",
    example: "false")

  static var relations: [KeyRelation] { [.needs("certificate", ["key"]), .needs("key", ["certificate"])] }
}
