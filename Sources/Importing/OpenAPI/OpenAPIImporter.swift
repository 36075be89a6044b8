/// A skeleton from an OpenAPI description (2.0, 3.0 and 3.1; JSON or YAML): a proxied route for each operation.
package enum OpenAPIImporter {
  private static let methods = ["get", "head", "post", "put", "patch", "delete", "options"]

  package static func definitions(of text: String) throws(ImportError) -> ImportedDefinitions {
    let marks = ReadMarks()
    let root = DocumentCursor(try DocumentReader.read(text), marks: marks)
    guard root.isObject, root["openapi"] != nil || root["swagger"] != nil, let paths = root["paths"] else {
      throw ImportError("this is no OpenAPI description: it needs `openapi` and `paths`")
    }
    var names = DefinitionNames()
    let backend = names.next(like: root["info"]?["title"]?.string?.lowercased() ?? "", or: "backend")
    let (url, base) = server(root)
    var gateway = YAMLMapping()
    let providers = providers(root, &gateway)
    var file = YAMLMapping()
    if !base.isEmpty { file["prefix"] = .text(base) }
    file["backends"] = .mapping(
      YAMLMapping(entries: [
        .init(
          name: backend,
          value: .mapping(YAMLMapping(entries: [.init(name: "url", value: .text(url + base))])),
          origins: ["/servers", "/host"])
      ]))
    let routes = routes(paths, backend, providers, root["security"])
    file.add("routes", .mapping(routes.isEmpty ? Placeholder.routes(beside: routes) : routes), from: ["/paths"])
    let named = gateway.isEmpty ? [("api.yaml", file)] : [("gateway.yaml", gateway), ("api.yaml", file)]
    let head = ["Made by `weft import openapi`: a route for each operation, which passes it on."]
    let texts = YAMLWriter.text(
      named.map(\.1), remarks: marks.remarks, comments: named.map { $0.0 == "api.yaml" ? head : [] })
    return ImportedDefinitions(files: Array(zip(named.map(\.0), texts)), remarks: marks.remarks)
  }

  /// Scheme and host, and the path before all others.
  private static func server(_ root: DocumentCursor) -> (url: String, base: String) {
    var text = ""
    if let server = root["servers"]?.elements.first {
      text = server["url"]?.string ?? ""
      for (name, variable) in server["variables"]?.members ?? [] {
        text = text.replacing("{\(name)}", with: variable["default"]?.string ?? "")
      }
      if (root["servers"]?.elements.count ?? 0) > 1 {
        root["servers"]?.remark("the first of the servers is the backend")
      }
    } else if let host = root["host"]?.string {
      let scheme = root["schemes"]?.strings.first { $0 == "https" } ?? root["schemes"]?.strings.first ?? "https"
      text = "\(scheme)://\(host)\(root["basePath"]?.string ?? "")"
    }
    if let match = text.wholeMatch(of: #/(https?:\/\/[^\s\/?#{}]+)(\/[^\s?#{}]*)?/#) {
      return (String(match.1), (match.2.map(String.init) ?? "").trimmedBase)
    }
    let place = root["servers"] ?? root["host"] ?? root
    place.remark("no server with a host: write the backend's URL")
    return ("http://127.0.0.1:8000", text.hasPrefix("/") ? text.trimmedBase : "")
  }

  /// Providers by the name of the security scheme.
  private static func providers(_ root: DocumentCursor, _ gateway: inout YAMLMapping) -> [String: String] {
    var names = DefinitionNames()
    var found: [String: String] = [:]
    var all = YAMLMapping()
    let schemes = root["components"]?["securitySchemes"] ?? root["securityDefinitions"]
    for (name, scheme) in schemes?.members ?? [] {
      guard scheme["type"]?.string == "openIdConnect", let url = scheme["openIdConnectUrl"]?.string else { continue }
      let provider = names.next(like: name, or: "tokens")
      var jwt = YAMLMapping()
      jwt["keys"] = .inline(YAMLMapping(entries: [.init(name: "discovery", value: .text(url))]))
      all.add(
        provider, .mapping(YAMLMapping(entries: [.init(name: "jwt", value: .mapping(jwt))])), from: [scheme.pointer])
      scheme.remark("the description has no audience: write `audience` beside `keys`")
      found[name] = provider
    }
    if !all.isEmpty { gateway["auth"] = .mapping(all) }
    return found
  }

  private static func routes(
    _ paths: DocumentCursor, _ backend: String, _ providers: [String: String], _ security: DocumentCursor?
  ) -> YAMLMapping {
    var routes = YAMLMapping()
    var shapes: Set<String> = []
    for (text, item) in paths.members where text.hasPrefix("/") {
      let target = KrakenDTarget(endpoint: text)
      guard let path = target.path else {
        item.remark("`\(text)` can't be a route: a segment is captured as a whole, by `{name}`")
        continue
      }
      for method in methods {
        guard let operation = item[method] else { continue }
        let key = "\(method.uppercased()) \(path)"
        guard shapes.insert(key.replacing(#/:\w+/#) { _ in ":" }).inserted else {
          operation.remark("there is another path of the same shape before it")
          continue
        }
        var route = YAMLMapping()
        if let auth = auth(operation["security"] ?? security, providers) { route["auth"] = auth }
        let reading = target.reading(text) { _, _ in nil }
        route["proxy"] = .text("\(backend) \(reading.text)")
        let summary = operation["summary"]?.string ?? operation["operationId"]?.string
        routes.add(key, .mapping(route), from: [operation.pointer], comments: summary.map { [$0] } ?? [])
      }
      if let trace = item["trace"] { trace.remark("TRACE is never answered") }
    }
    return routes
  }

  /// By the first requirement; the backend goes on to ask for what is not known here.
  private static func auth(_ security: DocumentCursor?, _ providers: [String: String]) -> YAMLTree? {
    for requirement in security?.elements ?? [] {
      let members = requirement.members
      guard members.isEmpty == false else { return nil }
      for (name, scopes) in members {
        guard let provider = providers[name] else {
          requirement.remark("`\(name)` is left to the backend, which gets what the client shows")
          continue
        }
        guard !scopes.strings.isEmpty else { return .text(provider) }
        return .mapping(
          YAMLMapping(entries: [
            .init(name: "provider", value: .text(provider)), .init(name: "scopes", value: .texts(scopes.strings)),
          ]))
      }
    }
    return nil
  }
}

extension String {
  /// A prefix of paths, which does not end with a slash.
  fileprivate var trimmedBase: String { self == "/" ? "" : trimmingSlashes }
}
