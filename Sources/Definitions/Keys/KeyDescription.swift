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

extension KeyDescription {
  /// The default, where it is a value and not told in words.
  var defaultValue: YAMLNode? {
    guard let text = defaultText, !["none", "always"].contains(text),
      let value = YAMLComposer.compose(SourceFile(name: "", text: text)).root
    else { return nil }
    switch shape {
    case .scalar, .template, .expression, .value: return text.contains(" ") ? nil : value
    default:
      let loading = Loading(environment: [:], folder: ".")
      check(value, loading)
      return loading.isGood ? value : nil
    }
  }

  /// The example, as the value it is.
  var exampleValue: YAMLNode? {
    YAMLComposer.compose(SourceFile(name: "", text: "\(name): \(example)\n")).root?[name]?.value
  }
}

/// What the keys of a mapping mean for one another.
enum KeyRelation {
  /// Exactly one of these is given.
  case oneOf([String])
  /// The first is given together with all others only.
  case needs(String, [String])
  /// The first is given together with none of the others.
  case excludes(String, [String])
  /// The first is not true where the second is given.
  case isFalseWith(String, String)
}
