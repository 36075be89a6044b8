import JSONText

/// Collects the nodes of a program while its source is parsed, children before parents.
struct ProgramBuilder {
  private(set) var nodes: [Node] = []
  private(set) var lists: [Int32] = []
  private(set) var names: [JSONName] = []
  private(set) var literals: [JSONValue] = []
  private(set) var slices: [SliceBounds] = []
  private(set) var patterns: [Int32: TextPattern] = [:]
  private(set) var slotCount = 0
  /// Height of the tree below each node.
  private var heights: [Int32] = []
  private let maxHeight: Int

  init(maxHeight: Int) {
    self.maxHeight = maxHeight
  }

  /// Adds a node above `children` and returns its number.
  mutating func add(
    _ operation: Operation, _ a: Int32 = 0, _ b: Int32 = 0, _ c: Int32 = 0, above children: [Int32] = [], at offset: Int
  ) throws(SyntaxError) -> Int32 {
    let height = (children.map { heights[Int(widening: $0)] }.max() ?? 0) + 1
    if height > maxHeight { throw .tooDeep(limit: maxHeight, at: offset) }
    nodes.append(Node(operation: operation, a: a, b: b, c: c, offset: Int32(truncatingIfNeeded: offset)))
    heights.append(height)
    return Int32(clamping: nodes.count - 1)
  }

  /// Adds a node of one operand.
  mutating func add(_ operation: Operation, operand: Int32, at offset: Int) throws(SyntaxError) -> Int32 {
    try add(operation, operand, above: [operand], at: offset)
  }

  /// Adds a node of two operands.
  mutating func add(
    _ operation: Operation, left: Int32, right: Int32, at offset: Int
  ) throws(SyntaxError) -> Int32 {
    try add(operation, left, right, above: [left, right], at: offset)
  }

  /// The number of a name; the same one for the same name.
  mutating func number(ofName name: String) -> Int32 {
    let name = JSONName(name)
    if let index = names.firstIndex(of: name) { return Int32(clamping: index) }
    names.append(name)
    return Int32(clamping: names.count - 1)
  }

  mutating func number(ofLiteral literal: JSONValue) -> Int32 {
    literals.append(literal)
    return Int32(clamping: literals.count - 1)
  }

  mutating func number(ofSlice bounds: SliceBounds) -> Int32 {
    slices.append(bounds)
    return Int32(clamping: slices.count - 1)
  }

  mutating func add(_ pattern: TextPattern, ofLiteral number: Int32) {
    patterns[number] = pattern
  }

  /// Where the run of numbers begins.
  mutating func number(ofList list: [Int32]) -> Int32 {
    lists.append(contentsOf: list)
    return Int32(clamping: lists.count - list.count)
  }

  mutating func newSlot() -> Int32 {
    slotCount += 1
    return Int32(clamping: slotCount - 1)
  }

  func isField(_ node: Int32) -> Bool {
    nodes[Int(widening: node)].operation == .field
  }

  func isCurrent(_ node: Int32) -> Bool {
    nodes[Int(widening: node)].operation == .current
  }
}
