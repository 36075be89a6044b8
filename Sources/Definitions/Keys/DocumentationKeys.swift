import JSONText
import Plans

/// A parameter of a route.
struct ParameterKeys: KeySet {
  static let title = "Parameter"
  static let noun = "a parameter"
  static let introduction = """
    What the OpenAPI document says of a capture of the path, or else of a parameter of the query. See [OpenAPI](openapi.md).
    """

  let type = Key<RouteDocumentation.Parameter.Kind>(
    "type", .choice(), default: "what its use tells, else `string`", "What it is. Requests are not refused for it.",
    example: "integer")
  let defaultValue = Key<String>(
    "default", .text("value"), default: "none",
    "Stands in `query` where the request has no parameter of this name. Not of captures.", example: "20")
  let description = Key<String>(
    "description", .text("text"), default: "none", "For readers.", example: "How many at most.")
}

/// An answer of a route.
struct ResponseKeys: KeySet {
  static let title = "Response"
  static let noun = "a response"
  static let introduction = "What the OpenAPI document says of answers of this status."

  let description = Key<String>(
    "description", .text("text"), default: "none", "For readers.", example: "The order, as it is stored.")
  let sample = Key<YAMLNode>(
    "sample", .value(), default: "none",
    "An answer as it may be. Its shape is that of the answers, where no template and no document of a backend tells it. "
      + "Nothing in it is a template.",
    example: "{ id: 5001, status: shipped }")
}

/// The OpenAPI document as a whole.
struct OpenAPIKeys: KeySet {
  static let title = "OpenAPI"
  static let noun = "`openapi`"
  static let introduction = "What stands above the routes in what `weft openapi` prints and `/openapi.json` is."

  let title = Key<String>(
    "title", .text("text"), default: OpenAPISettings().title, "The name of the interface.", example: "Shop")
  let version = Key<String>(
    "version", .text("text"), default: OpenAPISettings().version, "The version of the interface.", example: "\"2.4\"")
  let description = Key<String>(
    "description", .text("text"), default: "none", "For readers.", example: "All that the apps of the shop ask for.")
  let servers = Key<[String]>(
    "servers", .list(of: .text("URL")), default: "where the document was got", "URLs of the interface.",
    example: "[https://api.shop.example]")

  static func decode(_ reader: MappingReader<OpenAPIKeys>) -> OpenAPISettings {
    var settings = OpenAPISettings()
    settings.title = reader[\.title] ?? settings.title
    settings.version = reader[\.version] ?? settings.version
    settings.description = reader[\.description]
    settings.servers = reader[\.servers] ?? []
    return settings
  }
}
