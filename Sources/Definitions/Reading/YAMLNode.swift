import JSONText
import Plans

/// A value of a YAML document and where it stands. What came by an alias keeps the place of its anchor.
struct YAMLNode: Sendable {
  enum Style: Sendable {
    case plain, singleQuoted, doubleQuoted, literal, folded
  }

  struct Pair: Sendable {
    /// Always a scalar.
    var key: YAMLNode
    var value: YAMLNode

    var name: String { key.text ?? "" }
  }

  enum Content: Sendable {
    case scalar(String, Style)
    case sequence([YAMLNode])
    case mapping([Pair])
  }

  var content: Content
  var location: SourceLocation
  /// Line and column just after it.
  var end: (line: Int, column: Int)
  /// Nodes in it, itself included, aliases expanded.
  var size = 1

  var text: String? {
    if case .scalar(let text, _) = content { text } else { nil }
  }

  /// A scalar without quotes, which the core schema may read as something else than a string.
  var isPlain: Bool {
    if case .scalar(_, .plain) = content { true } else { false }
  }

  /// A string only because of its quotes: a number, `true` and the like without them.
  var isOnlyQuoted: Bool {
    guard !isPlain, let text else { return false }
    var bare = self
    bare.content = .scalar(text, .plain)
    if case .string = CoreSchema(bare) { return false }
    return true
  }

  var elements: [YAMLNode]? {
    if case .sequence(let elements) = content { elements } else { nil }
  }

  var pairs: [Pair]? {
    if case .mapping(let pairs) = content { pairs } else { nil }
  }

  subscript(name: String) -> Pair? {
    pairs?.first { $0.name == name }
  }

  /// For messages: what was found.
  var kind: String {
    switch content {
    case .sequence: "a list"
    case .mapping: "a mapping"
    case .scalar(let text, _):
      switch CoreSchema(self) {
      case .null: "nothing"
      case .bool, .number, .special: "`\(text)`"
      case .string where text.isEmpty: "an empty string"
      case .string: "\(isOnlyQuoted ? "the string " : "")`\(text.count > 40 ? "\(text.prefix(40))…" : text)`"
      }
    }
  }
}

extension YAMLNode {
  /// The value by the core schema. `.inf` and `.nan`, which JSON does not have, become strings.
  var json: JSONValue {
    switch content {
    case .sequence(let elements): return .array(elements.map(\.json))
    case .mapping(let pairs): return .object(JSONObject(pairs.map { .init(name: $0.name, value: $0.value.json) }))
    case .scalar(let text, _):
      switch CoreSchema(self) {
      case .null: return .null
      case .bool(let bool): return .bool(bool)
      case .number(let number): return JSONNumber(text: number).map { .number($0) } ?? .string(text)
      case .special, .string: return .string(text)
      }
    }
  }
}
