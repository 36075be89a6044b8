import Front
import JSONText
import Plans

/// The reason why no route takes a request, and the routes that are near.
struct RouteMiss {
  /// Names this many routes at most.
  static let bound = 3

  let asked: ExplainedRequest
  /// What the client is answered with.
  let status: Int
  let reason: String
  /// The methods of a 405, and of the 204 to OPTIONS.
  let allow: String?
  let near: [(route: RoutePlan, hint: String)]

  init(badPath asked: ExplainedRequest) {
    self.asked = asked
    (status, allow, near) = (400, nil, [])
    reason = "the path has a dot segment, a bad escape or a control character"
  }

  init(preflight asked: ExplainedRequest, _ route: RoutePlan, isAdmitted: Bool) {
    self.asked = asked
    (status, allow, near) = (204, nil, [])
    reason = "the `cors` of \(route.name) answers; \(isAdmitted ? "the origin may" : "the origin is not listed")"
  }

  init(refused asked: ExplainedRequest, _ status: Int, _ reason: String) {
    self.asked = asked
    (self.status, self.reason, allow, near) = (status, reason, nil, [])
  }

  init(_ asked: ExplainedRequest, allow: String, _ routes: [RoutePlan]) {
    self.asked = asked
    self.allow = allow
    status = asked.method == "OPTIONS" ? 204 : 405
    reason =
      asked.method == "OPTIONS"
      ? "Weft itself answers, with `Allow: \(allow)`" : "the path answers to \(allow) only"
    near = Self.found(routes.filter { Self.takes($0, asked.path, host: asked.host) }.map { ($0, "takes this path") })
  }

  init(notFound asked: ExplainedRequest, _ routes: [RoutePlan]) {
    self.asked = asked
    (status, allow) = (404, nil)
    reason = "no route has this path"
    let elsewhere = routes.filter { !$0.hosts.isEmpty && Self.takes($0, asked.path, host: nil) }
      .map { ($0, "takes this path, but only on \($0.hosts.joined(separator: ", "))") }
    near = Self.found(elsewhere + Self.similar(to: asked.path, routes))
  }

  private static func found(_ all: [(RoutePlan, String)]) -> [(route: RoutePlan, hint: String)] {
    var names: Set<String> = []
    return Array(all.filter { names.insert("\($0.0.name) \($0.0.hosts)").inserted }.prefix(bound))
  }

  /// Tells whether a route takes the path with any method.
  private static func takes(_ route: RoutePlan, _ path: String, host: String?) -> Bool {
    let hosts = host == nil ? [] : route.hosts
    let router = Router([Router.Entry(.only(["GET"]), route.pattern, hosts: hosts)])
    var path = path
    return path.withUTF8 { bytes in
      if case .route = router.match(host: host ?? "", method: "GET", path: bytes) { true } else { false }
    }
  }

  /// Routes whose literal segments are a few edits away, the nearest first.
  private static func similar(to path: String, _ routes: [RoutePlan]) -> [(RoutePlan, String)] {
    let asked = path.dropFirst().split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    let scored = routes.compactMap { route -> (edits: Int, RoutePlan, String)? in
      guard let meant = nearest(route.pattern, asked) else { return nil }
      return (meant.edits, route, "did you mean \(meant.path)?")
    }
    return scored.enumerated().sorted { ($0.element.edits, $0.offset) < ($1.element.edits, $1.offset) }
      .map { ($0.element.1, $0.element.2) }
  }

  /// The path that fits the pattern with the fewest edits, where these are few.
  private static func nearest(_ pattern: PathPattern, _ asked: [String]) -> (edits: Int, path: String)? {
    var edits = 0
    var path = ""
    var rest = asked[...]
    for segment in pattern.segments {
      switch segment {
      case .rest:
        path += rest.map { "/\($0)" }.joined()
        rest = []
      case .parameter(let name):
        let value = rest.popFirst() ?? ""
        if value.isEmpty { edits += 2 }
        path += value.isEmpty ? "/:\(name)" : "/\(value)"
      case .literal(let text):
        let given = rest.popFirst() ?? ""
        let distance = Suggestion.distance(given, text)
        guard distance <= max(2, (text.count + 2) / 3) || given.isEmpty else { return nil }
        edits += given.isEmpty && !text.isEmpty ? 2 : distance
        path += "/\(text)"
      }
    }
    if let last = rest.last { edits += last.isEmpty ? 1 : 3 * rest.count }
    return edits <= 4 ? (edits, path) : nil
  }

  var text: String {
    var text = "\(asked.method) \(asked.target)\n  answer    \(status): \(reason)\n"
    for (index, entry) in near.enumerated() {
      let place = "\(entry.route.location.file):\(entry.route.location.line)"
      text += "  \(index == 0 ? "near" : "    ")      \(entry.route.name)  (\(place)); \(entry.hint)\n"
    }
    return text
  }

  var json: JSONValue {
    [
      "request": asked.json, "match": false, "status": .number(JSONNumber(status)), "reason": .string(reason),
      "allow": .text(allow),
      "near": .array(
        near.map { entry in
          [
            "route": .string(entry.route.name), "hosts": .texts(entry.route.hosts),
            "file": .string(entry.route.location.file), "line": .number(JSONNumber(entry.route.location.line)),
            "hint": .string(entry.hint),
          ]
        }),
    ]
  }
}

extension ExplainedRequest {
  var json: JSONValue {
    ["method": .string(method), "target": .string(target), "host": .string(host)]
  }
}
