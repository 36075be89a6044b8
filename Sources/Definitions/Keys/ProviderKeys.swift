import Plans

/// Who tells who clients are.
struct ProviderKeys: KeySet {
  static let title = "Provider"
  static let noun = "a provider"
  static let introduction = """
    Tells by what a client shows who it is. It has one of these keys. Routes name it by [`auth`](#auth). See \
    [The edge](edge.md#who-is-it).
    """

  let apiKey = Key<ProviderPlan>(
    "apiKey", .table(APIKeyKeys.self, ProviderDecoder.apiKey), "Keys that clients are given.",
    example: "{ keys: keys.yaml }")
  let basic = Key<ProviderPlan>(
    "basic", .table(BasicKeys.self, ProviderDecoder.basic), "Users with passwords (RFC 7617).",
    example: "{ users: users.htpasswd }")
  let certificate = Key<ProviderPlan>(
    "certificate", .table(ClientCertificateKeys.self, ProviderDecoder.certificate),
    "Certificates of clients, which a listener with `clientCertificates` has verified.",
    example: "{ sans: [\"*.internal.example\"] }")
  let jwt = Key<ProviderPlan>(
    "jwt", .table(JWTKeys.self, JWTDecoder.decode), "Signed tokens (RFC 7519).",
    example: "{ issuer: https://id.example.com, audience: api://shop, keys: discovery }")
  let introspection = Key<UnresolvedProvider>(
    "introspection", .table(IntrospectionKeys.self, InquiryDecoder.introspection),
    "Tokens of which their server knows whether they are valid (RFC 7662).",
    example: "{ backend: id, path: /introspect, cache: 60s }")
  let external = Key<UnresolvedProvider>(
    "external", .table(ExternalKeys.self, InquiryDecoder.external), "A service that decides.",
    example: "{ request: \"GET authz /check\", headers: { authorization: \"${headers.authorization}\" } }")

  static let kinds = ["apiKey", "basic", "certificate", "jwt", "introspection", "external"]
  static var relations: [KeyRelation] { [.oneOf(kinds)] }
}

/// Keys that clients are given.
struct APIKeyKeys: KeySet {
  static let title = "API key"
  static let noun = "`apiKey`"
  static let introduction = """
    A key is known by its SHA-256. `weft key new` makes one, and its entry, for the file or for Redis. See \
    [The edge](edge.md#api-keys).
    """

  let from = Key<[CredentialPlace]>(
    "from", .credentialPlaces(), default: "{ header: x-api-key }",
    "Where the key is: one place, or several that are looked at in turn. A key at two of them is refused.",
    example: "[{ header: x-api-key }, { query: api_key }]")
  let keys = Key<[APIKeyEntry]>(
    "keys", .keysFile(), default: "none, where `redis` is `true`",
    "A YAML file with a list of [entries](edge.md#api-keys). It is read again on a reload.", example: "keys.yaml")
  let redis = Key<Bool>(
    "redis", .boolean(), default: "false",
    "A key that the file does not have is looked up in [Redis](edge.md#api-keys), so that keys come and go without a reload.",
    example: "true")
  let pass = Key<Bool>(
    "pass", .boolean(), default: "false", "The key goes on to backends, where a proxy or `forward` sends it.",
    example: "true")
  let missingStatus = Key<Int>.missingStatus(401)
  let invalidStatus = Key<Int>.invalidStatus(401)
}

/// An entry of a file of keys.
struct APIKeyEntryKeys: KeySet {
  static let title = "API key entry"
  static let noun = "an entry of a file of keys"
  static let introduction = """
    One client. Other members may be there; they are members of `identity`.
    """

  let id = Key<String>(
    "id", .text("text"), required: true, "Whose key it is: `identity.subject`, and `subject` in the log.",
    example: "acme")
  let sha256 = Key<String>("sha256", .keyHash(), "SHA-256 of the key, in hex.", example: exampleHash)
  let sha256s = Key<[String]>(
    "sha256s", .list(of: .keyHash(), isEmptyAllowed: false), "Of several keys, while one is replaced by the other.",
    example: "[\(exampleHash)]")
  let plan = Key<String>("plan", .text("text"), default: "none", "`identity.plan`.", example: "gold")
  let groups = Key<[String]>(
    "groups", .list(of: .text("text")), default: "none", "`identity.groups`.", example: "[partners]")
  let expires = Key<Int64>(
    "expires", .expiry(), default: "never", "A date, whose end counts, or an instant (RFC 3339). UTC.",
    example: "2027-12-31")
  let disabled = Key<Bool>("disabled", .boolean(), default: "false", "The keys are refused.", example: "true")
}

/// Users with passwords.
struct BasicKeys: KeySet {
  static let title = "Basic"
  static let noun = "`basic`"
  static let introduction = """
    Users and their passwords, which clients send with each request. See [The edge](edge.md#passwords).
    """

  let users = Key<[UserEntry]>(
    "users", .usersFile(), required: true,
    "A file with a line `name:hash` for each user, as `htpasswd -B` writes it: bcrypt, SHA-512-crypt or yescrypt. It is read "
      + "again on a reload.", example: "users.htpasswd")
  let realm = Key<String>(
    "realm", .realm(), default: "the provider's name", "What browsers say the password is for.", example: "Staff")
  let pass = Key<Bool>(
    "pass", .boolean(), default: "false",
    "User and password go on to backends, where a proxy or `forward` sends `authorization`.", example: "true")
  let missingStatus = Key<Int>.missingStatus(401)
  let invalidStatus = Key<Int>.invalidStatus(401)
}

/// Certificates of clients.
struct ClientCertificateKeys: KeySet {
  static let title = "Client certificate"
  static let noun = "`certificate`"
  static let introduction = """
    One match suffices; `certificate: {}` is every certificate that a listener has verified. Case does not count.
    """

  let fingerprints = Key<[String]>(
    "fingerprints", .distinct(of: .fingerprint(), isEmptyAllowed: false), default: "none",
    "SHA-256 of the certificate, in hex, with colons or without.",
    example: "[\(exampleHash)]")
  let subjects = Key<[String]>(
    "subjects", .distinct(of: .text("subject"), isEmptyAllowed: false), default: "none",
    "RFC 4514, the most specific part first. `,*` at the end stands for any rest, and for none.",
    example: "[\"CN=orders,*\"]")
  let sans = Key<[NamePattern]>(
    "sans", .distinct(of: .namePattern(), isEmptyAllowed: false), default: "none",
    "Subject alternative names, each of a kind: `DNS:`, `URI:`, `IP:` or `email:`, or what it looks like. `*.` before a "
      + "domain stands for one label or more, `*` at the end for any rest.", example: "[\"*.internal.example\"]")
  let missingStatus = Key<Int>.missingStatus(403)
  let invalidStatus = Key<Int>.invalidStatus(403)
}

extension Key where Value == Int {
  static func missingStatus(_ status: Int) -> Key {
    Key("missingStatus", .integer(400...499), default: "\(status)", "Where nothing is shown.", example: "404")
  }

  static func invalidStatus(_ status: Int) -> Key {
    Key("invalidStatus", .integer(400...499), default: "\(status)", "Where what is shown is not valid.", example: "403")
  }
}

private let exampleHash = "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae"
