/// Names that definitions may have, each given once.
struct DefinitionNames {
  /// What expressions see already.
  private static let reserved: Set<String> = [
    "path", "query", "queryList", "headers", "cookies", "claims", "identity", "client", "body", "env", "calls", "item",
    "items", "partial", "error", "response", "status",
  ]
  private static let longest = 48

  private var given: Set<String>

  init(reserved: Bool = false) { given = reserved ? Self.reserved : [] }

  /// Letters, digits and `_`, beginning with a letter; with a number behind it where it was given already.
  mutating func next(like wish: String, or other: String) -> String {
    let base = Self.identifier(wish) ?? other
    var name = base
    var number = 2
    while !given.insert(name).inserted {
      name = "\(base)\(number)"
      number += 1
    }
    return name
  }

  /// The text with `_` in place of what can't be in a name; `nil` where nothing is left of it.
  static func identifier(_ text: String) -> String? {
    let mapped = text.unicodeScalars.map { scalar -> Character in
      let isWord =
        ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || ("0"..."9").contains(scalar) || scalar == "_"
      return isWord ? Character(scalar) : "_"
    }
    let trimmed = String(mapped.drop { !$0.isLetter }.prefix(longest))
    return trimmed.isEmpty ? nil : trimmed
  }
}
