/// Finds what a program reads of its root. It walks the program once and follows which values are known to be a path
/// below the root; a path is recorded where its value is used for more than another name.
struct ReferenceAnalysis {
  /// What is known of a value.
  private enum Origin {
    /// It is the member of the root at that path; `offset` is where its first name stands.
    case path([String], offset: Int)
    /// It was computed, or is part of something that is recorded already.
    case other
  }

  private let program: Program
  private var slots: [Origin]
  private var used: [Bool]
  private var found: [Expression.Reference] = []

  private init(_ program: Program) {
    self.program = program
    slots = Array(repeating: .other, count: program.slotCount)
    used = Array(repeating: false, count: program.slotCount)
  }

  /// Each path once, in the order of the source.
  static func references(of program: Program) -> [Expression.Reference] {
    var analysis = ReferenceAnalysis(program)
    let root = Origin.path([], offset: Int(widening: program.nodes[Int(widening: program.start)].offset))
    analysis.use(analysis.visit(program.start, root))
    var seen: Set<[String]> = []
    return analysis.found.sorted { $0.offset < $1.offset }.filter { seen.insert($0.path).inserted }
  }

  private mutating func use(_ origin: Origin) {
    if case .path(let path, let offset) = origin { found.append(Expression.Reference(path: path, offset: offset)) }
  }

  /// Visits an expression whose value is used as a whole.
  private mutating func consume(_ node: Int32, _ current: Origin) {
    use(visit(node, current))
  }

  private mutating func visit(_ index: Int32, _ current: Origin) -> Origin {
    let node = program.nodes[Int(widening: index)]
    switch node.operation {
    case .current: return placed(current, node)
    case .root: return .path([], offset: Int(widening: node.offset))
    case .literal: return .other
    case .field: return member(program.names[Int(widening: node.a)].string, of: current, node)
    case .index:
      use(placed(current, node))
      return .other
    case .sub: return below(visit(node.a, current), node)
    case .pipe: return visit(node.b, visit(node.a, current))
    case .variable:
      used[Int(widening: node.a)] = true
      return slots[Int(widening: node.a)]
    case .bind: return bind(node, current)
    case .not, .negate, .plus: consume(node.a, current)
    case .ternary: for child in [node.a, node.b, node.c] { consume(child, current) }
    case .or, .and, .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual, .add, .subtract, .multiply,
      .divide, .floorDivide, .modulo:
      consume(node.a, current)
      consume(node.b, current)
    case .list: for child in run(node) { consume(child, current) }
    case .hash:
      for place in 0..<Int(widening: node.b) { consume(program.lists[Int(widening: node.a) + 2 * place + 1], current) }
    case .call: for argument in run(node) { consume(argument, current) }
    case .expression: consume(node.a, .other)
    case .projectElements, .projectValues, .projectFlattened, .projectSliced:
      consume(node.a, current)
      consume(node.b, .other)
    case .projectFiltered:
      consume(node.a, current)
      consume(node.c, .other)
      consume(node.b, .other)
    }
    return .other
  }

  /// What stands right of a dot is null where the left is null, even if it reads nothing of it: `a.['x']`.
  private mutating func below(_ left: Origin, _ node: Node) -> Origin {
    let before = found.count
    let right = visit(node.b, left)
    guard case .path(let path, _) = left else { return right }
    if case .path(let deeper, _) = right, deeper.starts(with: path) { return right }
    if !found[before...].contains(where: { $0.path.starts(with: path) }) { use(left) }
    return right
  }

  private func run(_ node: Node) -> Slice<UnsafeBufferPointer<Int32>> {
    program.lists[Int(widening: node.a)..<Int(widening: node.a + node.b)]
  }

  /// A bare `@` stands where it is written, not where the expression begins.
  private func placed(_ origin: Origin, _ node: Node) -> Origin {
    if case .path(let path, _) = origin, path.isEmpty { return .path([], offset: Int(widening: node.offset)) }
    return origin
  }

  private func member(_ name: String, of current: Origin, _ node: Node) -> Origin {
    guard case .path(let path, let offset) = current else { return .other }
    return .path(path + [name], offset: path.isEmpty ? Int(widening: node.offset) : offset)
  }

  private mutating func bind(_ node: Node, _ current: Origin) -> Origin {
    let pairs = (0..<Int(widening: node.b)).map { place in
      (
        slot: Int(widening: program.lists[Int(widening: node.a) + 2 * place]),
        value: program.lists[Int(widening: node.a) + 2 * place + 1]
      )
    }
    for pair in pairs { slots[pair.slot] = visit(pair.value, current) }
    let body = visit(node.c, current)
    // A variable that nobody reads is evaluated all the same.
    for pair in pairs where !used[pair.slot] { use(slots[pair.slot]) }
    return body
  }
}
