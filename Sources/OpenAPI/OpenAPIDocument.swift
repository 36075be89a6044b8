import JSONText
import Plans

/// The OpenAPI document of a folder of definitions: the same for the same definitions. A value.
package struct OpenAPIDocument: Sendable {
  package let value: JSONValue
  /// What OpenAPI can't say, for people: routes that are left out.
  package let omissions: [String]

  /// - Parameter host: only what this host answers; `nil`: all routes.
  package init(_ plan: GatewayPlan, version: OpenAPIVersion = .latest, host: String? = nil) {
    let context = DocumentContext(plan, version)
    var paths = PathTable()
    for route in plan.routes where route.answers(host) { paths.add(route, context) }
    var root = JSONObject()
    root.append("openapi", .string(version.number))
    root.append("info", Self.info(plan.process.openAPI))
    if !plan.process.openAPI.servers.isEmpty {
      root.append("servers", .array(plan.process.openAPI.servers.map { ["url": .string($0)] }))
    }
    root.append("tags", .array(paths.tags.map { ["name": .string($0)] }))
    root.append("paths", paths.value)
    root.append("components", Self.components(context))
    value = .object(root)
    omissions = paths.omissions
  }

  /// JSON, indented, with a line break at the end.
  package var json: String { value.indented() + "\n" }

  /// YAML, with a line break at the end.
  package var yaml: String { YAMLText.text(of: value) }

  private static func info(_ settings: OpenAPISettings) -> JSONValue {
    var info = JSONObject()
    info.append("title", .string(settings.title))
    if let description = settings.description { info.append("description", .string(description)) }
    info.append("version", .string(settings.version))
    return .object(info)
  }

  private static func components(_ context: DocumentContext) -> JSONValue {
    var components = JSONObject()
    components.append("schemas", ["Problem": problem, "Meta": meta])
    if !context.security.schemes.isEmpty {
      let schemes = context.security.schemes.map { JSONObject.Member(name: $0.name, value: $0.scheme) }
      components.append("securitySchemes", .object(JSONObject(schemes)))
    }
    return .object(components)
  }

  private static let problem: JSONValue = [
    "type": "object", "description": "A problem document (RFC 9457).",
    "properties": [
      "type": ["type": "string", "description": "A URI; about:blank where there is none."], "title": ["type": "string"],
      "status": ["type": "integer"], "detail": ["type": "string"],
      "call": ["type": "string", "description": "The call that failed."],
      "outcome": ["type": "string", "description": "How it failed, in a word."],
    ],
    "required": ["title", "status"],
  ]

  private static let meta: JSONValue = [
    "type": "object", "description": "What is missing in the answer, and why.",
    "properties": [
      "partial": ["type": "boolean"], "loadedAt": ["type": "string", "format": "date-time"],
      "failures": [
        "type": "object", "description": "By the names of calls.",
        "additionalProperties": [
          "type": "object", "properties": ["outcome": ["type": "string"]], "required": ["outcome"],
        ],
      ],
    ],
    "required": ["partial", "loadedAt"],
  ]
}

extension RoutePlan {
  fileprivate func answers(_ host: String?) -> Bool {
    guard let host, !hosts.isEmpty else { return true }
    return hosts.contains {
      $0 == host || $0.hasPrefix("*.") && host.hasSuffix($0.dropFirst()) && host.count >= $0.count
    }
  }
}
