import Plans

/// The reference as markdown, made of the same descriptions that the decoder reads by.
package enum ReferencePage {
  /// The whole of `docs/reference.md`.
  package static var markdown: String {
    var sections = [ReferenceText.opening]
    sections += KeySets.all.map { section($0) }
    sections += [ReferenceText.units, ReferenceText.templates, scope, ReferenceText.functions]
    return sections.joined(separator: "\n\n") + "\n"
  }

  private static func section(_ keys: any KeySet.Type) -> String {
    let available = keys.all.filter(\.isAvailable)
    let later = keys.all.filter { !$0.isAvailable }
    var lines = [
      "## \(keys.title)", "", keys.introduction, "", "| key | value | default | what it does | example |",
      "| --- | --- | --- | --- | --- |",
    ]
    lines += available.map(row)
    if !later.isEmpty {
      let names = later.map { "`\($0.name)` (\(phrase($0.summary)))" }
      lines += ["", "Not available in this version: \(names.joined(separator: ", "))."]
    }
    return lines.joined(separator: "\n")
  }

  /// A sentence to stand within another one; an abbreviation at its beginning stays as it is.
  private static func phrase(_ sentence: String) -> String {
    let first = sentence.prefix { !$0.isWhitespace }
    let isWord = first.dropFirst().allSatisfy(\.isLowercase)
    return (isWord ? first.lowercased() : String(first)) + sentence.dropFirst(first.count).dropLast()
  }

  private static func row(_ key: any KeyDescription) -> String {
    let fallback = key.isRequired ? "required" : key.defaultText.map { Self.fallback($0, key) } ?? ""
    let example = code("\(key.name): \(key.example)")
    return "| `\(key.name)` | \(cell(key.shape.words)) | \(cell(fallback)) | \(cell(key.summary)) | \(cell(example)) |"
  }

  /// A default that is a value is set as code, one that is told in words is not.
  private static func fallback(_ text: String, _ key: any KeyDescription) -> String {
    key.defaultValue == nil ? text : code(text)
  }

  private static func code(_ text: String) -> String {
    text.contains("`") ? "`` \(text) ``" : "`\(text)`"
  }

  private static func cell(_ text: String) -> String {
    text.replacing("|", with: "\\|")
  }

  private static var scope: String {
    var lines = ["## Names in scope", "", ReferenceText.scope, "", "| name | what it is |", "| --- | --- |"]
    for name in ScopeName.allCases where name != .response {
      lines.append("| `\(name.rawValue)` | \(ReferenceText.summary(of: name)) |")
    }
    lines.append("| a call's name | Its value: the body, its fallback, or null. |")
    return lines.joined(separator: "\n")
  }
}
