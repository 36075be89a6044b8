extension ValueType<[YAMLNode.Pair]> {
  /// Header names to templates or secrets; read later, where the names in scope are known.
  static func headers() -> ValueType {
    .entries("header name", .either(.template, .table(SecretKeys.self)), pattern: Pattern.headerName)
  }
}
