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
