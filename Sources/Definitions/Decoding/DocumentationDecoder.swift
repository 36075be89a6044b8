import JSONText
import Messages
import NamedFiles
import Plans

/// Decodes what a route says of itself for those who call it.
struct DocumentationDecoder {
  let reader: MappingReader<RouteKeys>
  /// The route's captures; `nil` where its path is wrong.
  let captures: [String]?

  private var loading: Loading { reader.loading }

  func decode() -> RouteDocumentation {
    var plan = RouteDocumentation()
    plan.summary = reader[\.summary]
    plan.description = reader[\.description]
    plan.tags = reader[\.tags] ?? []
    plan.isDeprecated = reader[\.deprecated] ?? false
    plan.operationID = reader[\.operationId]
    plan.parameters = (reader[\.parameters] ?? []).compactMap(parameter)
    plan.responses = (reader[\.responses] ?? []).compactMap(response)
    return plan
  }

  private func parameter(_ pair: YAMLNode.Pair) -> RouteDocumentation.Parameter? {
    guard let inner = MappingReader<ParameterKeys>(pair.value, loading) else { return nil }
    var parameter = RouteDocumentation.Parameter(pair.name)
    parameter.kind = inner[\.type]
    parameter.defaultText = inner[\.defaultValue]
    parameter.description = inner[\.description]
    guard let text = parameter.defaultText, let place = inner.pair(\.defaultValue) else { return parameter }
    if captures?.contains(pair.name) == true {
      loading.report(place.key, "`\(pair.name)` is a capture of the path, which is never missing", hint: "remove it")
    } else if let kind = parameter.kind, !kind.allows(text) {
      loading.report(place.value, "the default of `\(pair.name)` is no \(kind.rawValue)")
    }
    return parameter
  }

  private func response(_ pair: YAMLNode.Pair) -> RouteDocumentation.Response? {
    guard let status = pair.name.number(in: 200...599) else {
      loading.report(pair.key, "expected a status from 200 to 599, found `\(pair.name)`")
      return nil
    }
    guard let inner = MappingReader<ResponseKeys>(pair.value, loading) else { return nil }
    var response = RouteDocumentation.Response(status)
    response.description = inner[\.description]
    response.sample = inner[\.sample]?.json
    return response
  }
}

/// Reads the OpenAPI document of a backend: JSON, or YAML.
struct BackendDocument {
  /// The largest, in bytes.
  private static let most = 8 << 20

  let loading: Loading

  /// `nil` after reporting what is wrong.
  func read(_ path: String, namedAt place: YAMLNode) -> JSONValue? {
    let content = loading.content(namedAt: place) { () throws(NamedFileFault) in
      try NamedFile(path, atMost: Self.most).text()
    }
    guard let text = content else { return nil }
    // A reload tells by it that the document has changed.
    loading.noteSecret(text, of: path)
    let document: JSONValue?
    if text.drop(while: \.isWhitespace).hasPrefix("{") {
      document = (try? JSONText(Array(text.utf8))).map { .slice($0.root) }
    } else {
      let composed = YAMLComposer.compose(SourceFile(name: path, text: text))
      document = composed.isBroken ? nil : composed.root?.json
    }
    guard let document, document[member: "openapi"]?.string?.hasPrefix("3.") == true else {
      loading.report(place, "`\(place.text ?? "")` is no OpenAPI document of version 3, in JSON or YAML")
      return nil
    }
    return document
  }

  /// Notes the documents that the backends of a file name, before it is known which files of the folder are definitions.
  static func note(_ root: YAMLNode?, _ loading: Loading) {
    for backend in root?["backends"]?.value.pairs ?? [] {
      if let path = backend.value["openapi"]?.value.text { loading.noteName(of: loading.path(path)) }
    }
  }
}
