extension ValueType<String> {
  /// An address by itself, or a mapping that has it under `path`.
  static func endpoint<Keys: KeySet>(_ keys: Keys.Type, _ path: KeyPath<Keys, Key<String>>) -> ValueType {
    let address = ValueType<String>.listenAddress()
    return ValueType(.either(address.shape, .table(keys))) { node, loading in
      guard node.pairs != nil else { return address.read(node, loading) }
      return MappingReader<Keys>(node, loading)?[path]
    }
  }
}
