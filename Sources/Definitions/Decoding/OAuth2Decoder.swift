import Plans

/// Decodes `oauth2` of a backend, and looks at what it means for the headers of requests.
enum OAuth2Decoder {
  static func decode(_ reader: MappingReader<OAuth2Keys>) -> OAuth2Plan? {
    let (url, backend, path, tls) = (reader[\.tokenURL], reader[\.backend], reader[\.path], reader[\.tls])
    let (id, secret, scopes) = (reader[\.clientID], reader[\.clientSecret], reader[\.scopes])
    let (audience, authentication) = (reader[\.audience], reader[\.authentication])
    checkPlace(url, reader)
    let place: FetchPlace? =
      if let url {
        FetchPlace(url.origin, url.target, tls ?? BackendPlan.TLS())
      } else if let name = backend?.text, let path {
        .backend(name, target: path)
      } else {
        nil
      }
    guard let place, let id, let secret else { return nil }
    var plan = OAuth2Plan(place, clientID: id, clientSecret: secret)
    plan.scopes = scopes ?? []
    plan.audience = audience
    plan.authentication = authentication ?? plan.authentication
    return plan
  }

  private static func checkPlace(_ url: DocumentURL?, _ reader: MappingReader<OAuth2Keys>) {
    let loading = reader.loading
    switch (reader.pair(\.tokenURL), reader.pair(\.backend)) {
    case (nil, nil) where reader.pair(\.path) == nil:
      loading.report(reader.node, "`oauth2` needs `tokenUrl`, or `backend` and `path`")
    case (_?, let backend?):
      loading.report(backend.key, "`oauth2` has `tokenUrl` or `backend`, not both", hint: "remove one")
    case (_?, nil):
      if let path = reader.pair(\.path) {
        loading.report(path.key, "`path` is for `backend`; `tokenUrl` has its own", hint: "remove it")
      }
    default: reader.checkTogether(\.backend, \.path)
    }
    guard let tls = reader.pair(\.tls) else { return }
    if reader.pair(\.tokenURL) == nil {
      loading.report(tls.key, "`tls` is for `tokenUrl`; a backend has its own", hint: "remove it")
    } else if let url, url.origin.hasPrefix("http:") {
      loading.report(tls.key, "`tls` has no use: the URL is not `https://`")
    }
  }

  // MARK: Headers of requests

  /// Where the backend's requests have a token, the client's `authorization` never goes there, nor another one.
  static func check(_ reader: MappingReader<BackendKeys>) {
    guard reader.pair(\.oauth2) != nil else { return }
    report(reader.pair(\.headers), reader.loading)
    for element in reader.pair(\.forward)?.value.elements ?? [] where element.text?.lowercased() == "authorization" {
      reader.loading.report(
        element,
        "a client's `authorization` can't go to a backend with `oauth2`: its requests have the gateway's token",
        hint: "remove it, or remove `oauth2`")
    }
  }

  /// - Parameter headers: what a call, a proxy, what undoes a call or `external` sets on requests to the backend.
  static func check(_ headers: YAMLNode.Pair?, of backend: BackendPlan, _ loading: Loading) {
    if backend.oauth2 != nil { report(headers, loading) }
  }

  /// - Parameter client: the key by which `introspection` shows who Weft is.
  static func check(client: YAMLNode.Pair?, of backend: BackendPlan, _ loading: Loading) {
    guard backend.oauth2 != nil, let client else { return }
    loading.report(
      client.key,
      "`clientId` can't go to a backend with `oauth2`: its requests have the gateway's token",
      hint: "remove `clientId` and `clientSecret`, or remove `oauth2`")
  }

  private static func report(_ headers: YAMLNode.Pair?, _ loading: Loading) {
    for pair in headers?.value.pairs ?? [] where pair.name.lowercased() == "authorization" {
      loading.report(
        pair.key, "`authorization` can't be set for a backend with `oauth2`: its requests have the gateway's token",
        hint: "remove it, or remove `oauth2`")
    }
  }

  // MARK: Backends that give tokens

  /// Reports a backend that gives tokens and wants one itself.
  /// - Parameter places: where `oauth2` names a backend.
  static func check(_ places: [YAMLNode], among backends: [BackendPlan], _ loading: Loading) {
    for place in places {
      guard let name = place.text, backends.contains(where: { $0.name == name && $0.oauth2 != nil }) else { continue }
      loading.report(
        place, "`\(name)` has `oauth2` itself, so that it gives no token to whoever has none",
        hint: "name a backend without it")
    }
  }
}
