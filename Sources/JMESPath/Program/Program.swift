import JSONText

/// *Immutable*: an expression in the form in which it is evaluated. Nodes are in one array, what they refer to by
/// number stands beside it.
final class Program: Sendable {
  let nodes: [Node]
  /// Numbers of arguments, members and elements, in runs.
  let lists: [Int32]
  let names: [JSONName]
  let literals: [JSONValue]
  let slices: [SliceBounds]
  /// How many variables there are; each binding has a slot of its own.
  let slotCount: Int
  let start: Int32

  init(_ builder: ProgramBuilder, start: Int32) {
    nodes = builder.nodes
    lists = builder.lists
    names = builder.names
    literals = builder.literals
    slices = builder.slices
    slotCount = builder.slotCount
    self.start = start
  }
}
