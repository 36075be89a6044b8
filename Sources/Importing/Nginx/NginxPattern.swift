/// What a location or a rewrite matches, as the path of a route.
struct NginxPattern {
  /// `/api/*rest`
  var path: String
  /// The same as a template: `/api/${path.rest}`.
  var template: String
  /// What is written out before captures: `/api/`.
  var prefix: String
  /// Names of captures in their order, of those that `$1` and so on are.
  var captures: [String] = []
  /// Segments that must be so, by their capture.
  var conditions: [(name: String, pattern: String)] = []
  var hasRest = false

  /// `= /exact`
  static func exact(_ text: String) -> NginxPattern? {
    guard isLiteral(text) else { return nil }
    return NginxPattern(path: text, template: text, prefix: text)
  }

  /// `/prefix`, which is taken by whole segments.
  static func prefix(_ text: String) -> NginxPattern? {
    guard isLiteral(text) else { return nil }
    let base = text.hasSuffix("/") ? text : text + "/"
    return NginxPattern(
      path: "\(base)*rest", template: "\(base)${path.rest}", prefix: text, captures: [], hasRest: true)
  }

  /// `^/users/([0-9]+)/orders$` and the like; `nil` for what is more.
  static func regular(_ text: String) -> NginxPattern? {
    guard text.hasPrefix("^/") else { return nil }
    var body = text.dropFirst(2)
    let isWhole = body.hasSuffix("$")
    if isWhole { body = body.dropLast() }
    var pattern = NginxPattern(path: "", template: "", prefix: "/")
    let segments = split(String(body))
    for (index, segment) in segments.enumerated() {
      let isLast = index == segments.count - 1
      if isLast, ["(.*)", ".*", "(.+)", ".+", ""].contains(segment), segment != "" || !isWhole {
        pattern.hasRest = true
        pattern.path += "/*rest"
        pattern.template += "/${path.rest}"
        if segment.hasPrefix("(") { pattern.captures.append("rest") }
        return pattern
      }
      guard pattern.append(segment) else { return nil }
    }
    guard !isWhole else { return pattern }
    // Without an end, whatever follows is taken.
    pattern.hasRest = true
    pattern.path += "/*rest"
    pattern.template += "/${path.rest}"
    return pattern
  }

  private mutating func append(_ segment: String) -> Bool {
    let isCaptured = segment.hasPrefix("(") && segment.hasSuffix(")")
    let inner = isCaptured ? String(segment.dropFirst().dropLast()) : segment
    let literal = segment.replacing("\\.", with: ".").replacing("\\-", with: "-")
    if Self.isLiteral("/" + literal) {
      path += "/\(literal)"
      template += "/\(literal)"
      return true
    }
    guard
      inner.wholeMatch(of: #/(\[[^\]\/]+\]|\\d|\\w|\.|\[\^\/\])[+*]|(\[[^\]\/]+\]|\\d|\\w)(\{\d+(,\d*)?\})?/#) != nil
    else {
      return false
    }
    let name = "part\(path.count { $0 == ":" } + 1)"
    if inner != "[^/]+" && inner != "[^/]*" && inner != ".+" { conditions.append((name, "^\(inner)$")) }
    if isCaptured { captures.append(name) }
    path += "/:\(name)"
    template += "/${path.\(name)}"
    return true
  }

  /// By slashes that are not in brackets or parentheses.
  private static func split(_ text: String) -> [String] {
    var segments: [String] = [""]
    var depth = 0
    for character in text {
      if "([".contains(character) { depth += 1 }
      if ")]".contains(character) { depth -= 1 }
      if character == "/", depth == 0 { segments.append("") } else { segments[segments.count - 1].append(character) }
    }
    return segments
  }

  private static func isLiteral(_ text: String) -> Bool {
    text.hasPrefix("/")
      && text.unicodeScalars.allSatisfy { scalar in
        scalar.isASCII && (scalar.properties.isAlphabetic || "0123456789-._~/@!,;=&+'".unicodeScalars.contains(scalar))
      }
      && !text.split(separator: "/").contains { $0 == "." || $0 == ".." || $0.hasPrefix(":") || $0.hasPrefix("*") }
  }
}
