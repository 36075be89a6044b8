import Plans
import Tokens

/// Signed tokens.
struct JWTKeys: KeySet {
  static let title = "JWT"
  static let noun = "`jwt`"
  static let introduction = """
    A token is believed where one of the keys has signed it, and issuer, audience and dates are right. See \
    [The edge](edge.md#tokens).
    """

  let issuer = Key<[String]>(
    "issuer", .oneOrList(of: .text("name")), default: "whoever signs, or the issuer of the discovery",
    "`iss` must be this, or one of these.", example: "https://id.example.com")
  let audience = Key<[String]>(
    "audience", .oneOrList(of: .text("name")), default: "whoever it is for", "`aud` must have this, or one of these.",
    example: "api://shop")
  let keys = Key<TokenKeysSetting>(
    "keys", .tokenKeys(), required: true,
    "What tokens are verified by. `discovery` finds the keys by the issuer's `/.well-known/openid-configuration`; a URL is "
      + "that of a JWK set. Both are fetched at start and kept fresh.",
    example: "discovery")
  let algorithms = Key<[SignatureAlgorithm]>(
    "algorithms", .list(of: .choice(), isEmptyAllowed: false), default: "all that the key fits",
    "Those that are allowed. Each must fit a key, too.", example: "[RS256, ES256]")
  let from = Key<[CredentialPlace]>(
    "from", .credentialPlaces(), default: "{ header: authorization, scheme: Bearer }",
    "Where the token is: one place, or several that are looked at in turn. A token at two of them is refused.",
    example: "[{ header: authorization, scheme: Bearer }, { cookie: session }]")
  let leeway = Key<Duration>(
    "leeway", .duration(.zero...(.seconds(600))), default: TokenRules.defaultLeeway.written,
    "By which clocks may differ, for `exp`, `nbf` and `iat`.", example: "5s")
  let requireExp = Key<Bool>(
    "requireExp", .boolean(), default: "true", "`false` takes tokens without `exp`, too, which never end.",
    example: "false")
  let missingStatus = Key<Int>.missingStatus(401)
  let invalidStatus = Key<Int>.invalidStatus(401)
}

/// The keys of tokens.
struct TokenKeysKeys: KeySet {
  static let title = "Token keys"
  static let noun = "`keys` of `jwt`"
  static let introduction = """
    Keys that are given, or a place where they are published. RSA keys of less than 2048 bits and secrets that are shorter \
    than their hash are not used.
    """

  let secret = Key<Secret<String>>(
    "secret", .secret(),
    "A secret of HMAC, of 32 bytes or more: `${env.NAME}` or `{ file: path }`. It is never shown.",
    example: "\"${env.JWT_SECRET || 'only-for-a-test-of-32-characters'}\"")
  let pem = Key<String>("pem", .file(), "A PEM file of public keys or certificates.", example: "certs/tokens.pem")
  let file = Key<String>("file", .file(), "A file with a JWK set (RFC 7517), or one JWK.", example: "jwks.json")
  let url = Key<DocumentURL>("url", .documentURL(), "Where a JWK set is.", example: "https://id.internal/jwks.json")
  let discovery = Key<DocumentURL>(
    "discovery", .documentURL(),
    "Where an OpenID provider's metadata is, which tells where the keys are. Without `issuer`, its issuer counts.",
    example: "https://id.example.com/.well-known/openid-configuration")
  let tls = Key<BackendPlan.TLS>(
    "tls", .table(TLSKeys.self, BackendDecoder.tls), default: "the system's authorities",
    "TLS to `url` or `discovery`.",
    example: "{ ca: certs/internal.pem }")
  let backend = Key<YAMLNode>(
    "backend", .backendName(),
    "The backend that publishes a JWK set, with its `tls` and all, but not its `headers`; needs `path`.",
    example: "id")
  let path = Key<String>("path", .documentPath(), "Where it is there.", example: "/jwks.json")

  static let kinds = ["secret", "pem", "file", "url", "discovery", "backend"]
  static var relations: [KeyRelation] {
    [.oneOf(kinds), .needs("path", ["backend"]), .needs("backend", ["path"])]
  }
}

/// What a definition says of the keys of tokens.
struct TokenKeysSetting {
  /// `nil`: those that the issuer's metadata tells of.
  let plan: TokenKeysPlan?
  /// Those that are given; `nil`: they are fetched.
  var known: Tokens.KeySet?
}

extension ValueType<TokenKeysSetting> {
  /// `discovery`, a URL or a mapping.
  fileprivate static func tokenKeys() -> ValueType {
    let (url, table) = (
      ValueType<DocumentURL>.documentURL(), ValueType.table(TokenKeysKeys.self, JWTDecoder.keys)
    )
    let shape = Shape.either(.choice(["discovery"]), .either(url.shape, table.shape))
    return ValueType(shape) { node, loading in
      if node.pairs != nil { return table.read(node, loading) }
      if node.text == "discovery" { return TokenKeysSetting(plan: nil) }
      return url.read(node, loading).map {
        TokenKeysSetting(plan: .published(PublishedKeysPlan(FetchPlace($0.origin, $0.target))))
      }
    }
  }
}
