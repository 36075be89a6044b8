import Front
import JSONText
import Plans

/// The request inputs that an explanation can fill in: path and query. Headers, cookies and the body are not known
/// there.
struct ExplainedScope {
  let captures: [(name: String, value: String)]
  private let scope: Scope

  init(_ route: RoutePlan, target: String, captures: [(name: String, value: String)]) {
    self.captures = captures
    var path = JSONObject()
    for capture in captures { path.append(capture.name, .string(capture.value)) }
    var query = JSONObject()
    let start = target.utf8.prefix { $0 != UInt8(ascii: "?") }.count + 1
    FormQuery.forEach(in: target, from: start) { name, value in
      if query[name] == nil { query.append(name, .string(value)) }
    }
    var root = JSONObject()
    root.append("path", .object(path))
    root.append("query", .object(query))
    switch route.work {
    case .composite(let composite): root.append("env", .object(composite.env))
    case .proxy(let proxy): root.append("env", .object(proxy.env))
    }
    scope = Scope(root)
  }

  /// `nil` where it reads what is not known here.
  func target(of request: RequestTemplate) -> String? {
    let known: Set = ["path", "query", "env"]
    guard request.references.allSatisfy({ known.contains($0.path.first ?? "") }) else { return nil }
    return try? request.target(scope)
  }
}
