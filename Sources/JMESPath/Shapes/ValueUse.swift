/// What expressions have done with a value: which of its members and elements they read, and what they take it for.
/// *Confined to* who collects it.
package final class ValueUse {
  /// In the order in which they were first read.
  package private(set) var members: [(name: String, use: ValueUse)] = []
  package private(set) var elements: ValueUse?
  /// The kinds that a value has to be of for an expression to go on with it; null aside.
  package private(set) var kinds: ValueShape.Kinds = []

  package init() {}

  package subscript(member name: String) -> ValueUse {
    if let known = members.first(where: { $0.name == name }) { return known.use }
    let use = ValueUse()
    members.append((name, use))
    kinds.insert(.object)
    return use
  }

  package var element: ValueUse {
    if let elements { return elements }
    let use = ValueUse()
    elements = use
    return use
  }

  package func note(_ kinds: ValueShape.Kinds) { self.kinds.formUnion(kinds) }

  /// The shape of what would do. Two that contradict each other tell nothing.
  package var shape: ValueShape {
    if kinds == .object {
      return .object(members.map { .init($0.name, $0.use.shape, isRequired: false) }, others: .any)
    }
    if kinds == .array { return .array(of: elements?.shape ?? .any) }
    if kinds == .number { return .number }
    if kinds == .string { return .string }
    return .any
  }
}
