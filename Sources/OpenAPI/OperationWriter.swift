import JMESPath
import JSONText
import Messages
import Plans

/// Writes one operation: a route by one method. A value.
struct OperationWriter {
  let route: RoutePlan
  let method: String
  let shapes: RouteShapes
  /// What the backend of a proxy says of it.
  let operation: BackendOperation?
  let document: DocumentContext
  /// The captures of the path, and the names that they have in the document.
  let path: [(capture: String, name: String)]

  var writer: SchemaWriter { document.writer }
  static let problem: JSONValue = ["$ref": "#/components/schemas/Problem"]
  static let json = "application/json"

  func value(id: String) -> JSONValue {
    let note = route.documentation
    var value = JSONObject()
    value.append("operationId", .string(id))
    if let summary = note.summary ?? operation?.summary { value.append("summary", .string(summary)) }
    if let description = note.description { value.append("description", .string(description)) }
    value.append("tags", .array((note.tags.isEmpty ? [route.bff] : note.tags).map { .string($0) }))
    if note.isDeprecated { value.append("deprecated", true) }
    let parameters = ParameterList(
      route, shapes, writer, path: path, operation, credentials: document.credentials(of: route)
    ).all
    if !parameters.isEmpty { value.append("parameters", .array(parameters)) }
    if let body = requestBody { value.append("requestBody", body) }
    value.append("responses", responses.value)
    if let security = document.security.requirement(route.policies.auth) { value.append("security", security) }
    return .object(value)
  }

  /// Of methods that have none, nothing is told.
  private var requestBody: JSONValue? {
    guard !["GET", "HEAD", "DELETE", "OPTIONS"].contains(method) else { return nil }
    switch route.work {
    case .composite:
      let isRead = route.allReads.body || route.policies.limits?.applies(at: .body) == true
      guard isRead else { return nil }
      let shape = shapes.use.known("body")?.shape ?? .any
      return ["content": .object(JSONObject([.init(name: Self.json, value: ["schema": writer.schema(shape)])]))]
    case .proxy:
      guard let body = operation?.requestBody else { return ["content": ["*/*": [:]]] }
      let contents = body.contents.map { content in
        JSONObject.Member(name: content.mediaType, value: ["schema": writer.schema(content.shape)])
      }
      var value = JSONObject()
      value.append("content", .object(JSONObject(contents)))
      if body.isRequired { value.append("required", true) }
      return .object(value)
    case .redirect, .files: return nil
    }
  }
}
