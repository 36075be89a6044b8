import JSONText

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
