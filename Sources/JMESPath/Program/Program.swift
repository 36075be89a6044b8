import JSONText

/// *Immutable*: an expression in the form in which it is evaluated. Nodes are in one run, what they refer to by number
/// stands beside it.
final class Program: Sendable {
  /// Runs that the evaluator reads at every step: plain memory, so that a step counts no reference to an array. Owned,
  /// never written after `init`.
  nonisolated(unsafe) let nodes: UnsafeBufferPointer<Node>
  /// Numbers of arguments, members and elements, in runs.
  nonisolated(unsafe) let lists: UnsafeBufferPointer<Int32>
  nonisolated(unsafe) let names: UnsafeBufferPointer<JSONName>
  let literals: [JSONValue]
  let slices: [SliceBounds]
  /// By the numbers of the literals that they are.
  let patterns: [Int32: TextPattern]
  /// How many variables there are; each binding has a slot of its own.
  let slotCount: Int
  let start: Int32

  init(_ builder: ProgramBuilder, start: Int32) {
    nodes = Program.copy(builder.nodes)
    lists = Program.copy(builder.lists)
    names = Program.copy(builder.names)
    literals = builder.literals
    slices = builder.slices
    patterns = builder.patterns
    slotCount = builder.slotCount
    self.start = start
  }

  deinit {
    nodes.deallocate()
    lists.deallocate()
    UnsafeMutableBufferPointer(mutating: names).deinitialize()
    names.deallocate()
  }

  private static func copy<Element>(_ elements: [Element]) -> UnsafeBufferPointer<Element> {
    let buffer = UnsafeMutableBufferPointer<Element>.allocate(capacity: elements.count)
    _ = buffer.initialize(from: elements)
    return UnsafeBufferPointer(buffer)
  }
}

/// One step of a program: plain data, so that walking it counts no references. The meaning of `a`, `b` and `c` is
/// told by the operation; where it says nothing else they are numbers of nodes.
struct Node: Sendable {
  var operation: Operation
  var a: Int32 = 0
  var b: Int32 = 0
  var c: Int32 = 0
  /// Where it begins in the text that was compiled, in bytes.
  var offset: Int32
}
