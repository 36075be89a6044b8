import Plans

/// How the value of a key is read and described.
struct ValueType<Value> {
  let shape: Shape
  /// `nil` after reporting what is wrong with the node.
  let read: (YAMLNode, Loading) -> Value?

  init(_ shape: Shape, _ read: @escaping (YAMLNode, Loading) -> Value?) {
    self.shape = shape
    self.read = read
  }
}

extension ValueType<ProcessPlan.Admin> {
  /// An address by itself, or a mapping.
  static func admin() -> ValueType {
    let address = ValueType<String>.listenAddress()
    return ValueType(.either(address.shape, .table(AdminKeys.self))) { node, loading in
      guard node.pairs == nil else { return MappingReader<AdminKeys>(node, loading).flatMap(GatewayDecoder.admin) }
      return address.read(node, loading).flatMap { GatewayDecoder.admin($0, node, loading) }
    }
  }
}

extension ValueType<[YAMLNode.Pair]> {
  /// Header names to templates, secrets or nulls; read later, where the names in scope are known.
  static func headers() -> ValueType {
    .entries(
      "header name", .either(.either(.template, .table(SecretKeys.self)), .null), pattern: Pattern.headerName)
  }
}
