import Messages
import Plans

/// Decodes providers that ask a backend: `introspection` and `external`.
enum InquiryDecoder {
  // MARK: introspection

  static func introspection(_ reader: MappingReader<IntrospectionKeys>) -> UnresolvedProvider? {
    let (backend, path, client) = (reader[\.backend], reader[\.path], client(reader))
    let (lifetime, timeout, places) = (reader[\.cache], reader[\.timeout], reader[\.from])
    let (missing, invalid) = (reader[\.missingStatus], reader[\.invalidStatus])
    guard let name = backend?.text, let path, let client, places != nil || reader.pair(\.from) == nil else {
      return nil
    }
    return UnresolvedProvider { backends in
      // Of a name that no backend has is told elsewhere.
      guard let index = backends.firstIndex(where: { $0.name == name }),
        let line = try? RequestLine("POST \(name) \(path)"),
        let request = try? RequestTemplate.compile(line, backend: index, rest: nil)
      else { return nil }
      OAuth2Decoder.check(client: reader.pair(\.clientId), of: backends[index], reader.loading)
      let form = FormEncoding.contentType
      let headers = [HeaderTemplate(name: "Content-Type", value: TextTemplate(constant: .string(form), source: form))]
      var call = CallPlan(name: "introspection", request: request, location: reader.node.location)
      call.isDeclaredSafe = true
      call.headers = headers + client
      let scope = scope(reader.node, reader.loading)
      var inquiry = inquiry(call, backends[index], scope, forwards: false)
      inquiry.lifetime = lifetime ?? inquiry.lifetime
      inquiry.timeout = timeout ?? inquiry.timeout
      let plan = IntrospectionPlan(places ?? [.header("authorization", scheme: "Bearer")], inquiry)
      return ProviderDecoder.provider(.introspection(plan), status: 401, missing, invalid)
    }
  }

  /// How Weft shows who it is (RFC 6749 §2.3.1); `nil` after reporting what is wrong.
  private static func client(_ reader: MappingReader<IntrospectionKeys>) -> [HeaderTemplate]? {
    let (id, secret) = (reader[\.clientId], reader[\.clientSecret])
    reader.checkTogether(\.clientId, \.clientSecret)
    if reader.pair(\.clientId) == nil, reader.pair(\.clientSecret) == nil { return [] }
    guard let id, let secret else { return nil }
    let value = FormEncoding.basic(clientID: id, secret: secret)
    let shown = "Basic, of `clientId` and `clientSecret`"
    return [HeaderTemplate(name: "Authorization", value: TextTemplate(constant: .string(value), source: shown))]
  }

  // MARK: external

  static func external(_ reader: MappingReader<ExternalKeys>) -> UnresolvedProvider? {
    let (line, headers, body) = (reader[\.request], reader[\.headers] ?? [], reader[\.body])
    let (lifetime, timeout, places) = (reader[\.ttl], reader[\.timeout], reader[\.from])
    let allow = reader[\.allow].flatMap { expression($0, "allow", reader.loading) }
    let subject = reader[\.subject].flatMap { expression($0, "subject", reader.loading) }
    let failsOpen = reader[\.failOpen] ?? false
    let (missing, invalid) = (reader[\.missingStatus], reader[\.invalidStatus])
    checkMisfits(reader)
    guard let line, places != nil || reader.pair(\.from) == nil else { return nil }
    return UnresolvedProvider { backends in
      let scope = scope(reader.node, reader.loading)
      var templates = TemplateReader(scope)
      let request = templates.request(line, isProxy: false, rest: nil, backends: backends, .external)
      let own = templates.headers(headers, .request, .external)
      let value = body.flatMap { templates.value($0, .external) }
      if let pair = reader.pair(\.body), let method = request?.method {
        reader.loading.checkBody(pair.key, of: method)
      }
      guard let request else { return nil }
      OAuth2Decoder.check(reader.pair(\.headers), of: backends[request.backend], reader.loading)
      var call = CallPlan(name: "external", request: request, location: reader.node.location)
      (call.headers, call.body, call.idempotencyKey) = (own, value, .none)
      var inquiry = inquiry(call, backends[request.backend], scope, forwards: true)
      inquiry.lifetime = lifetime ?? inquiry.lifetime
      inquiry.timeout = timeout ?? inquiry.timeout
      if inquiry.reads == RequestReads() {
        reader.loading.warn(
          line, "the request reads nothing of the client's, so all clients have one answer",
          hint: "send what tells them apart: `headers: { authorization: \"${headers.authorization}\" }`")
      }
      var plan = ExternalPlan(places ?? [], inquiry)
      (plan.failsOpen, plan.allow, plan.subject) = (failsOpen, allow, subject)
      plan.isShownOwnToken = backends[request.backend].oauth2 != nil
      return ProviderDecoder.provider(.external(plan), status: 401, missing, invalid)
    }
  }

  private static func checkMisfits(_ reader: MappingReader<ExternalKeys>) {
    if reader[\.failOpen] == true, let pair = reader.pair(\.failOpen) {
      reader.loading.warn(
        pair.key, "with `failOpen` everybody comes in while the service does not answer, fails (5xx), or is made to",
        hint: "remove it, unless the route may be anybody's")
    }
    if reader.pair(\.from) == nil, let pair = reader.pair(\.missingStatus) {
      reader.loading.report(
        pair.key, "`missingStatus` is for a credential that has to be somewhere, and `from` does not say where",
        hint: "write `from`, or remove it")
    }
    if reader.pair(\.from) == nil, reader.pair(\.allow) == nil, let pair = reader.pair(\.invalidStatus) {
      reader.loading.report(
        pair.key, "`invalidStatus` is for what `allow` refuses, and the service's own 401 and 403 go to the client",
        hint: "write `allow`, or remove it")
    }
  }

  /// One expression over an answer; its names can't be known before there is one.
  private static func expression(_ node: YAMLNode, _ key: String, _ loading: Loading) -> TextTemplate? {
    guard let text = loading.text(of: node, expected: "an expression such as `${@.\(key)}`") else { return nil }
    do throws(TemplateError) {
      let template = try TextTemplate.compile(text)
      if !template.isSingleExpression || template.constantValue != nil {
        loading.report(node, "`\(key)` is one expression over the answer", hint: "write `${@.\(key)}`, for one")
      }
      return template
    } catch {
      loading.report(error, in: node)
      return nil
    }
  }

  // MARK: Both

  /// It is asked for many routes: what is captured is known to none, and nobody knows yet who the client is.
  private static func scope(_ node: YAMLNode, _ loading: Loading) -> RouteScope {
    RouteScope(captures: nil, calls: [], providers: [], route: (name: "", node: node), loading: loading)
  }

  /// What follows from the backend.
  private static func inquiry(
    _ call: CallPlan, _ backend: BackendPlan, _ scope: RouteScope, forwards: Bool
  ) -> InquiryPlan {
    var call = call
    call.headers = scope.headers(of: backend, before: call.headers)
    let forwarded = scope.forwarded(by: backend, without: call.headers, isSafe: true, forwards: forwards)
    (call.forward, call.forwardsAllBut) = forwarded
    var plan = InquiryPlan(call)
    plan.reads = scope.reads
    plan.env = scope.environment
    return plan
  }
}

extension Loading {
  /// Reports a body of a request whose method has none.
  func checkBody(_ key: YAMLNode, of method: String) {
    guard method == "GET" || method == "HEAD" else { return }
    report(key, "a \(method) has no body; `body` is for POST, PUT, PATCH, DELETE and OPTIONS")
  }
}
