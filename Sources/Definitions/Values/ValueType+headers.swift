extension ValueType<[YAMLNode.Pair]> {
  /// Header names to templates, secrets or nulls; read later, where the names in scope are known.
  static func headers() -> ValueType {
    .entries(
      "header name", .either(.either(.template, .table(SecretKeys.self)), .null), pattern: Pattern.headerName)
  }
}
