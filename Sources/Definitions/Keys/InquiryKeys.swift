import Plans

/// Tokens of which their server knows whether they are valid.
struct IntrospectionKeys: KeySet {
  static let title = "Introspection"
  static let noun = "`introspection`"
  static let introduction = """
    A token is believed where its server says that it is active (RFC 7662). See [The edge](edge.md#introspection).
    """

  let backend = Key<YAMLNode>(
    "backend", .backendName(), required: true, "The backend that is asked, with its `tls` and all.", example: "id")
  let path = Key<String>(
    "path", .documentPath(), required: true, "What is asked there, by POST.", example: "/introspect")
  let clientId = Key<String>(
    "clientId", .text("text"), default: "what the backend's `headers` say",
    "Who Weft is to the server (Basic); with `clientSecret`.", example: "weft")
  let clientSecret = Key<Secret<String>>(
    "clientSecret", .secret(), "`${env.NAME}` or `{ file: path }`. It is never shown; with `clientId`.",
    example: "\"${env.INTROSPECTION_SECRET || 'only-for-a-test'}\"")
  let cache = Key<Duration>.lifetime(
    "cache", "For how long the server's word is kept, but not longer than until `exp`.")
  let timeout = Key<Duration>.inquiryTimeout("The time for an answer. Later: 503.")
  let from = Key<[CredentialPlace]>(
    "from", .credentialPlaces(), default: "{ header: authorization, scheme: Bearer }",
    "Where the token is: one place, or several that are looked at in turn. A token at two of them is refused.",
    example: "[{ header: authorization, scheme: Bearer }, { cookie: session }]")
  let missingStatus = Key<Int>.missingStatus(401)
  let invalidStatus = Key<Int>.invalidStatus(401)

  static var relations: [KeyRelation] {
    [.needs("clientId", ["clientSecret"]), .needs("clientSecret", ["clientId"])]
  }
}

/// A service that decides who may come in.
struct ExternalKeys: KeySet {
  static let title = "External"
  static let noun = "`external`"
  static let introduction = """
    A service is asked who may come in: 2xx lets in, 401 and 403 go to the client as they are, and anything else is 503. See \
    [The edge](edge.md#services-that-decide).
    """

  let request = Key<YAMLNode>(
    "request", ValueType(.scalar("`METHOD backend /path`", .line(Pattern.request))) { node, _ in node }, required: true,
    "What to ask whom, as that of a call. It reads the inputs of the request, but for its body.",
    example: "\"GET authz /check?method=${client.method}&path=${client.path}\"")
  let headers = Key<[YAMLNode.Pair]>(
    "headers", .headers(), default: "none",
    "Headers to send, in place of the client's of that name. A null leaves one out.",
    example: "{ authorization: \"${headers.authorization}\" }")
  let body = Key<YAMLNode>(
    "body", .value(), default: "none", "Sent as JSON.", example: "{ path: \"${client.path}\" }")
  let ttl = Key<Duration>.lifetime("ttl", "For how long an answer is kept for requests that make the same request.")
  let timeout = Key<Duration>.inquiryTimeout("The time for an answer with all attempts. Later: 503.")
  let failOpen = Key<Bool>(
    "failOpen", .boolean(), default: "false",
    "Everybody may come in while the service does not answer in time, or with 5xx.", example: "true")
  let allow = Key<YAMLNode>(
    "allow", ValueType(.expression) { node, _ in node }, default: "always",
    "An expression over an answer of 2xx: the members of its body, and `status`, `headers` and `body`. Where it is not true, "
      + "the credential is not valid.", example: "\"${@.decision == 'allow'}\"")
  let subject = Key<YAMLNode>(
    "subject", ValueType(.expression) { node, _ in node }, default: "none",
    "An expression over the same: `identity.subject`.", example: "\"${@.principalId}\"")
  let from = Key<[CredentialPlace]>(
    "from", .credentialPlaces(), default: "none: everybody is asked about",
    "Where a credential has to be: one place, or several. Without one nobody is asked.",
    example: "{ header: authorization, scheme: Bearer }")
  let missingStatus = Key<Int>.missingStatus(401)
  let invalidStatus = Key<Int>.invalidStatus(401)
}

extension Key where Value == Duration {
  fileprivate static func lifetime(_ name: String, _ summary: String) -> Key {
    Key(
      name, .duration(.milliseconds(1)...(.seconds(86_400))), default: "each request asks", summary, example: "60s")
  }

  fileprivate static func inquiryTimeout(_ summary: String) -> Key {
    Key(
      "timeout", .duration(.milliseconds(1)...(.seconds(60))), default: InquiryPlan.defaultTimeout.written, summary,
      example: "1s")
  }
}
