import Plans

/// The token that a backend wants.
struct OAuth2Keys: KeySet {
  static let title = "OAuth2"
  static let noun = "`oauth2`"
  static let introduction = """
    A token that every request to the backend has, as `Authorization: Bearer …`: had by the gateway's own credentials (client \
    credentials, RFC 6749 §4.4), one for all requests. See [The edge](edge.md#tokens-for-backends).
    """

  let tokenURL = Key<DocumentURL>(
    "tokenUrl",
    .documentURL("https://id.example.com/token", danger: "can read the secret, and give tokens of their own"),
    "Where the token is had. Or `backend` and `path`.", example: "https://id.example.com/oauth/token")
  let backend = Key<YAMLNode>(
    "backend", .backendName(),
    "The backend that gives tokens, with its `tls` and all, but not its `headers`; needs `path`, and has no `oauth2` itself.",
    example: "id")
  let path = Key<String>("path", .documentPath("/token"), "Where they are had there.", example: "/oauth/token")
  let clientID = Key<String>("clientId", .text("name"), required: true, "Who the gateway is there.", example: "weft")
  let clientSecret = Key<Secret<String>>(
    "clientSecret", .secret(), required: true,
    "What proves it: `${env.NAME}` or `{ file: path }`. It is never shown.",
    example: "{ file: /run/secrets/weft-client }")
  let scopes = Key<[String]>(
    "scopes", .list(of: .scopeName()), default: "none", "What the token is asked for.", example: "[orders:read]")
  let audience = Key<String>(
    "audience", .text("name"), default: "none", "Which service it is asked for, where the server wants to know.",
    example: "https://orders.internal")
  let authentication = Key<OAuth2Plan.Authentication>(
    "authentication", .choice(), default: OAuth2Plan.Authentication.basic.rawValue,
    "How the credentials are sent: by HTTP Basic, or within the form (`body`), for servers that know no other way.",
    example: "body")
  let tls = Key<BackendPlan.TLS>(
    "tls", .table(TLSKeys.self, BackendDecoder.tls), default: "the system's authorities", "TLS to `tokenUrl`.",
    example: "{ ca: certs/internal.pem }")

  static var relations: [KeyRelation] {
    [
      .oneOf(["tokenUrl", "backend"]), .needs("path", ["backend"]), .needs("backend", ["path"]),
      .needs("tls", ["tokenUrl"]),
    ]
  }
}
