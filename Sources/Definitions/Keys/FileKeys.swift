import Plans

/// A BFF file.
struct FileKeys: KeySet {
  static let title = "A BFF file"
  static let noun = "a BFF file"
  static let introduction = """
    Every `*.yaml` and `*.yml` file of the folder but `gateway.yaml` is one BFF or one group of routes. The folder is \
    not searched any deeper; files whose names begin with a dot are left alone.
    """

  let bff = Key<String>(
    "bff", .name("the name of a BFF"), default: "the file's name without its ending",
    "The name of this BFF, for people and in cache keys. No two files may share it.", example: "mobile")
  let prefix = Key<YAMLNode>(
    "prefix", ValueType(.scalar("path", .setting(Pattern.prefix))) { node, _ in node }, default: "none",
    "Put before the path of every route of this file. May hold captures; does not end with `/`.", example: "/mobile")
  let hosts = Key<[String]>(
    "hosts", .list(of: .hostName(hasWildcards: true), isEmptyAllowed: false), default: "every host",
    "The routes of this file answer only to these hosts. A route for a host goes before one for every host, a whole "
      + "name before `*.`.",
    example: "[m.example.com, \"*.m.example.com\"]")
  let defaults = Key<YAMLNode>(
    "defaults", ValueType(.partial(RouteKeys.self)) { node, _ in node }, default: "none",
    "Route keys for every route of this file. A route's own key replaces the default as a whole, and `none` takes one "
      + "back where a key has it. What does not fit a route (`softTimeout` and a proxy, say) is left out for it.",
    example: "{ timeout: 800ms }")
  let backends = Key<[YAMLNode.Pair]>(
    "backends", .entries("backend name", .table(BackendKeys.self), pattern: Pattern.name),
    "Backends by name. All files know them, and no two may share a name.",
    example: "{ users: { url: http://users:8080 } }")
  let routes = Key<[YAMLNode.Pair]>(
    "routes", .entries("route", .table(RouteKeys.self), pattern: Pattern.route),
    "Routes by `METHOD /path`: one of GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS, several (`GET|POST`), or ANY. "
      + "`:name` captures one segment, `*name` at the end the rest.",
    example: "{ GET /hello: { response: { hello: world } } }")
  let headers = LaterKey("headers", "Sets and removes headers.")

  static func advice(for unknown: String) -> String? {
    if unknown == "auth" {
      return "providers belong into gateway.yaml, and whose requests are taken is said in routes and `defaults`"
    }
    if GatewayKeys.all.contains(where: { $0.name == unknown }) { return "`\(unknown)` belongs into gateway.yaml" }
    return RouteKeys.placement(of: unknown)
  }
}
