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
