import Plans

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
