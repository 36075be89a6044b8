/// Paths of endpoints and of backends.
struct KrakenDTarget {
  /// Names of captures by those of the endpoint's parameters.
  private(set) var captures: [String: String] = [:]
  /// The path of the route; `nil` where it can't be one.
  let path: String?

  /// - Parameter endpoint: `/users/{id}`.
  init(endpoint: String) {
    var names = DefinitionNames()
    var parts: [String] = []
    let segments = endpoint.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
    for (index, segment) in segments.enumerated() {
      let isLast = index == segments.count - 1
      if segment == "*", isLast {
        captures["*"] = names.next(like: "rest", or: "rest")
        parts.append("*\(captures["*"] ?? "rest")")
      } else if segment.hasPrefix("{"), segment.hasSuffix("}"), segment.count > 2 {
        let name = String(segment.dropFirst().dropLast())
        captures[name] = names.next(like: name, or: "value")
        parts.append(":\(captures[name] ?? name)")
      } else if segment.hasPrefix(":"), segment.count > 1 {
        // The older syntax of its router.
        let name = String(segment.dropFirst())
        captures[name] = names.next(like: name, or: "value")
        parts.append(":\(captures[name] ?? name)")
      } else if segment.contains(where: { "{}*:?# $\\%".contains($0) }) || segment == "." || segment == ".." {
        path = nil
        return
      } else {
        parts.append(String(segment))
      }
    }
    path = endpoint.hasPrefix("/") ? "/" + parts.joined(separator: "/") : nil
  }

  /// What a pattern of a backend reads.
  struct Reading {
    var text: String
    /// Indices of the calls whose responses it reads.
    var calls: Set<Int> = []
    /// Names of parameters in its own query.
    var parameters: [String] = []
    var readsClaims = false
    /// The first place that means nothing here.
    var unknown: String?
  }

  /// - Parameter response: the expression for a member of an earlier call's response.
  func reading(_ pattern: String, response: (Int, [String]) -> String?) -> Reading {
    var reading = Reading(text: "")
    var rest = pattern.hasPrefix("/") ? pattern[...] : "/\(pattern)"[...]
    while let open = rest.firstIndex(of: "{") {
      reading.text += Self.literal(rest[..<open])
      guard let close = rest[open...].firstIndex(of: "}") else { break }
      let name = String(rest[rest.index(after: open)..<close])
      rest = rest[rest.index(after: close)...]
      if let expression = expression(name, response, &reading) {
        reading.text += ExpressionText.template(expression)
      } else if reading.unknown == nil {
        reading.unknown = "{\(name)}"
      }
    }
    reading.text += Self.literal(rest)
    if let all = captures["*"], reading.text.hasSuffix("/*") {
      reading.text = reading.text.dropLast() + ExpressionText.template("path.\(all)")
    }
    if let query = pattern.firstIndex(of: "?") {
      let parts = pattern[pattern.index(after: query)...].split(separator: "&")
      reading.parameters = parts.map { String($0.prefix { $0 != "=" }) }
    }
    return reading
  }

  private func expression(_ name: String, _ response: (Int, [String]) -> String?, _ reading: inout Reading) -> String? {
    if let capture = captures[name] { return "path.\(capture)" }
    if name.lowercased().hasPrefix("jwt.") {
      reading.readsClaims = true
      return ExpressionText.path(["claims"] + name.dropFirst(4).split(separator: ".").map(String.init))
    }
    guard let match = name.wholeMatch(of: #/[Rr]esp(\d+)_(.+)/#), let index = Int(match.1) else { return nil }
    guard let expression = response(index, match.2.split(separator: ".").map(String.init)) else { return nil }
    reading.calls.insert(index)
    return expression
  }

  private static func literal(_ text: Substring) -> String {
    String(text).replacing("${", with: "$${").replacing(" ", with: "%20")
  }
}
