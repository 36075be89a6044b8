/// One key that a mapping may have: all that there is to know about it, in one place. A decoder can only ask for a key
/// through its description, so there is none that the reference does not list.
struct Key<Value>: KeyDescription {
  let name: String
  let type: ValueType<Value>
  let defaultText: String?
  let summary: String
  let example: String
  let isRequired: Bool
  var isAvailable: Bool { true }
  var shape: Shape { type.shape }

  /// - Parameters:
  ///   - defaultText: what holds where the key is not given, as a person would write it.
  ///   - example: YAML, without the key's name where it is only a value.
  init(
    _ name: String, _ type: ValueType<Value>, default defaultText: String? = nil, required isRequired: Bool = false,
    _ summary: String, example: String
  ) {
    self.name = name
    self.type = type
    self.defaultText = defaultText
    self.isRequired = isRequired
    self.summary = summary
    self.example = example
  }

  func check(_ value: YAMLNode, _ loading: Loading) {
    _ = type.read(value, loading)
  }
}

/// A key of the language that this version does not have yet: known, so that using it says so.
struct LaterKey: KeyDescription {
  let name: String
  let shape = Shape.value
  let summary: String
  var defaultText: String? { nil }
  var example: String { "" }
  var isRequired: Bool { false }
  var isAvailable: Bool { false }

  init(_ name: String, _ summary: String) {
    self.name = name
    self.summary = summary
  }

  func check(_ value: YAMLNode, _ loading: Loading) {}
}

/// A key as the reference, the schema and the check for unknown keys see it.
protocol KeyDescription {
  var name: String { get }
  var shape: Shape { get }
  var defaultText: String? { get }
  /// One sentence or two.
  var summary: String { get }
  var example: String { get }
  var isRequired: Bool { get }
  var isAvailable: Bool { get }
  /// Reports what is wrong with a value, as far as that can be told from the value alone.
  func check(_ value: YAMLNode, _ loading: Loading)
}
