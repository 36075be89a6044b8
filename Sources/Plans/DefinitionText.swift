/// The text of one file of definitions, of which nothing is shown but what holds no secret. Immutable.
package struct DefinitionText: Sendable {
  /// From the folder on.
  package let name: String
  /// `nil` of a file of secrets.
  private let text: Secret<String>?
  /// Lines, from 1, on which a secret is written out.
  private let concealed: Set<Int>

  /// Stands in the place of a secret.
  package static let mark = "••••••"

  package init(name: String) {
    self.name = name
    text = nil
    concealed = []
  }

  package init(name: String, text: String, concealed: Set<Int> = []) {
    self.name = name
    self.text = Secret(text)
    self.concealed = concealed
  }

  /// The text with the values of secrets hidden: those that the language knows as such, and those of keys that are named as
  /// secrets are. Better too much is hidden than too little. `nil`: nothing may be shown. It takes time by the length.
  package var shown: String? {
    guard let text else { return nil }
    var isInSecret: Int?
    return text.revealed.split(separator: "\n", omittingEmptySubsequences: false).enumerated().map { index, line in
      let indent = line.prefix { $0 == " " }.count
      if let outer = isInSecret {
        if indent > outer || line.allSatisfy(\.isWhitespace) {
          return line.allSatisfy(\.isWhitespace) ? String(line) : String(line.prefix(indent)) + Self.mark
        }
        isInSecret = nil
      }
      if concealed.contains(index + 1) { return Self.withoutValue(line, indent) }
      let (shown, goesOn) = ShownLine.of(String(line))
      if goesOn { isInSecret = indent }
      return shown
    }.joined(separator: "\n")
  }

  private static func withoutValue(_ line: Substring, _ indent: Int) -> String {
    guard let colon = line.firstIndex(of: ":") else { return String(line.prefix(indent)) + mark }
    return line[...colon] + " " + mark
  }
}

/// A line of YAML without the values of what its keys call secrets.
private enum ShownLine {
  /// - Returns: `goesOn`: the value is on the lines that follow.
  static func of(_ line: String) -> (shown: String, goesOn: Bool) {
    var shown = ""
    var rest = withoutPasswords(line)[...]
    var goesOn = false
    while let colon = rest.firstIndex(of: ":") {
      let after = rest.index(after: colon)
      let key = rest[..<colon]
      shown += rest[..<after]
      rest = rest[after...]
      guard rest.first.map({ $0 == " " }) ?? true, namesSecret(key) else { continue }
      let space = rest.prefix { $0 == " " }
      let value = valueLength(rest.dropFirst(space.count))
      let text = rest.dropFirst(space.count).prefix(value)
      if text.first == "|" || text.first == ">" { goesOn = true }
      if isHarmless(text) { continue }
      shown += space + DefinitionText.mark
      rest = rest.dropFirst(space.count + value)
    }
    return (shown + rest, goesOn)
  }

  /// The last word before the colon is the key.
  private static func namesSecret(_ before: Substring) -> Bool {
    let key = before.split { " {,\"'".contains($0) }.last ?? ""
    return SecretName.isSecret(key)
  }

  private static func valueLength(_ value: Substring) -> Int {
    guard let first = value.first else { return 0 }
    if first == "\"" || first == "'" {
      let end = value.dropFirst().firstIndex(of: first)
      return value.distance(from: value.startIndex, to: end ?? value.endIndex) + (end == nil ? 0 : 1)
    }
    // `${…}` and `{ … }` are taken whole: they hold no secret, but name one.
    if value.hasPrefix("${") || first == "{" || first == "[" { return value.count }
    return value.prefix { $0 != "," && $0 != "}" && $0 != "#" }.count
  }

  private static func isHarmless(_ value: Substring) -> Bool {
    let bare = value.trimmingPrefix { $0 == "\"" || $0 == "'" }
    let word = value.split { " \"'".contains($0) }.first ?? ""
    return bare.isEmpty || bare.hasPrefix("${") || "{[|>#&*/".contains(bare.first ?? " ") || bare.hasPrefix("http")
      || ["true", "false", "null", "~", "GET", "POST", "PUT"].contains(word) || word.allSatisfy(\.isNumber)
      || (bare.contains("${") && !bare.lowercased().contains("basic "))
  }

  /// Those of URLs: `redis://name:password@host`.
  private static func withoutPasswords(_ line: String) -> String {
    guard let start = line.firstRange(of: "://"), let at = line[start.upperBound...].firstIndex(of: "@"),
      !line[start.upperBound..<at].contains(where: { "/ \"'${".contains($0) })
    else { return line }
    return line[..<start.upperBound] + DefinitionText.mark + line[at...]
  }
}
