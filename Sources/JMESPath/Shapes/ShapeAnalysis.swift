import JSONText

extension Expression {
  /// The shape of what it gives, by those of what it reads. Where it can fail, what it gives is null as well.
  /// - Parameters:
  ///   - root: of the scope.
  ///   - use: notes what is read of the scope, and what for.
  package func shape(_ root: ValueShape, noting use: ValueUse) -> ValueShape {
    var analysis = ShapeAnalysis(program, ShapeAnalysis.Known(root, [use]))
    let shape = analysis.known(program.start, analysis.root).shape
    return analysis.mayFail ? shape.orNull : shape
  }

  /// All values that it can give, where these are literals; `nil` where there are others.
  package var literals: [JSONValue]? { program.literals(at: program.start) }
}

extension Program {
  fileprivate func literals(at index: Int32) -> [JSONValue]? {
    let node = nodes[Int(widening: index)]
    switch node.operation {
    case .literal: return [literals[Int(widening: node.a)]]
    case .ternary: return both(node.b, node.c)
    case .or, .and: return both(node.a, node.b)
    default: return nil
    }
  }

  private func both(_ left: Int32, _ right: Int32) -> [JSONValue]? {
    guard let one = literals(at: left), let two = literals(at: right) else { return nil }
    return one + two
  }
}

/// Follows an expression with shapes in place of values. Whatever it could give is in the shape that comes out.
struct ShapeAnalysis {
  /// What is known of a value: its shape, and where in the scope it came from.
  struct Known {
    var shape: ValueShape
    var uses: [ValueUse]

    init(_ shape: ValueShape, _ uses: [ValueUse] = []) {
      self.shape = shape
      self.uses = uses
    }

    func note(_ kinds: ValueShape.Kinds) {
      for use in uses { use.note(kinds) }
    }

    func union(_ other: Known) -> Known { Known(shape.union(other.shape), uses + other.uses) }
  }

  let root: Known
  private(set) var mayFail = false
  private let program: Program
  private var slots: [Known]

  init(_ program: Program, _ root: Known) {
    self.program = program
    self.root = root
    slots = Array(repeating: Known(.any), count: program.slotCount)
  }

  mutating func known(_ index: Int32, _ current: Known) -> Known {
    let node = program.nodes[Int(widening: index)]
    switch node.operation {
    case .current: return current
    case .root: return root
    case .literal: return Known(ValueShape(of: program.literals[Int(widening: node.a)]))
    case .variable: return slots[Int(widening: node.a)]
    case .field:
      let name = program.names[Int(widening: node.a)].string
      return Known(current.shape[member: name], current.uses.map { $0[member: name] })
    case .index:
      current.note(.array)
      let element = current.shape.kinds.contains(.array) ? current.shape.elements.orNull : .null
      return Known(element, current.uses.map(\.element))
    case .sub:
      let left = known(node.a, current)
      let right = known(node.b, left)
      return left.shape.mayBeNull ? Known(right.shape.orNull, right.uses) : right
    case .pipe: return known(node.b, known(node.a, current))
    case .bind: return bind(node, current)
    case .ternary:
      _ = known(node.a, current)
      return known(node.b, current).union(known(node.c, current))
    case .or:
      let left = known(node.a, current)
      return Known(left.shape.withoutNull, left.uses).union(known(node.b, current))
    case .and:
      let left = known(node.a, current)
      return Known(left.shape.falsy).union(known(node.b, current))
    case .not:
      _ = known(node.a, current)
      return Known(.boolean)
    case .equal, .notEqual: return compare(node, current)
    case .less, .lessOrEqual, .greater, .greaterOrEqual: return order(node, current)
    case .add, .subtract, .multiply, .divide, .floorDivide, .modulo: return calculate(node, current)
    case .negate, .plus:
      let operand = number(node.a, current)
      return Known(operand.kinds.contains(.fraction) ? .number : .integer)
    case .list:
      let elements = run(node).map { known($0, current).shape }
      return Known(.array(of: elements.reduce(.never) { $0.union($1) }))
    case .hash: return Known(.object(hash(node, current)))
    case .expression: return Known(.null)
    case .call: return call(node, current)
    case .projectElements, .projectValues, .projectFlattened, .projectFiltered, .projectSliced:
      return project(node, current)
    }
  }

  func run(_ node: Node) -> [Int32] {
    Array(program.lists[Int(widening: node.a)..<Int(widening: node.a + node.b)])
  }

  func function(_ node: Node) -> Function { Function.byNumber[Int(widening: node.c)] }

  /// An argument that is an expression, over each element.
  mutating func each(_ argument: Int32, _ element: Known) -> Known {
    let node = program.nodes[Int(widening: argument)]
    return node.operation == .expression ? known(node.a, element) : known(argument, element)
  }

  mutating func noteFailure() { mayFail = true }

  private mutating func hash(_ node: Node, _ current: Known) -> [ValueShape.Member] {
    var members: [ValueShape.Member] = []
    for place in 0..<Int(widening: node.b) {
      let at = Int(widening: node.a) + 2 * place
      let member = ValueShape.Member(
        program.names[Int(widening: program.lists[at])].string, known(program.lists[at + 1], current).shape)
      if let known = members.firstIndex(where: { $0.name == member.name }) {
        members[known] = member
      } else {
        members.append(member)
      }
    }
    return members
  }

  private mutating func bind(_ node: Node, _ current: Known) -> Known {
    for place in 0..<Int(widening: node.b) {
      let at = Int(widening: node.a) + 2 * place
      slots[Int(widening: program.lists[at])] = known(program.lists[at + 1], current)
    }
    return known(node.c, current)
  }

  private mutating func compare(_ node: Node, _ current: Known) -> Known {
    let (left, right) = (known(node.a, current), known(node.b, current))
    // What is compared with a literal is of its kind.
    for (one, other) in [(left, node.b), (right, node.a)]
    where program.nodes[Int(widening: other)].operation == .literal {
      switch program.literals[Int(widening: program.nodes[Int(widening: other)].a)].kind {
      case .string: one.note(.string)
      case .number: one.note(.number)
      case .true, .false: one.note(.boolean)
      case .null, .array, .object: break
      }
    }
    // Two large values may take more steps than there are.
    if !left.shape.kinds.isDisjoint(with: [.array, .object]), !right.shape.kinds.isDisjoint(with: [.array, .object]) {
      mayFail = true
    }
    return Known(.boolean)
  }

  private mutating func order(_ node: Node, _ current: Known) -> Known {
    let (left, right) = (known(node.a, current), known(node.b, current))
    left.note(.number)
    right.note(.number)
    let isSure = [left, right].allSatisfy { $0.shape.kinds.isSubset(of: .number) }
    return Known(isSure ? .boolean : ValueShape([.boolean, .null]))
  }

  private mutating func calculate(_ node: Node, _ current: Known) -> Known {
    let (left, right) = (number(node.a, current), number(node.b, current))
    mayFail = true
    let isWhole = !left.kinds.union(right.kinds).contains(.fraction)
    return Known(isWhole && node.operation != .divide ? .integer : .number)
  }

  /// An operand of arithmetic.
  private mutating func number(_ index: Int32, _ current: Known) -> ValueShape {
    let operand = known(index, current)
    operand.note(.number)
    if !operand.shape.kinds.isSubset(of: .number) { mayFail = true }
    return operand.shape.only(.number)
  }

  // MARK: Projections

  private mutating func project(_ node: Node, _ current: Known) -> Known {
    let base = known(node.a, current)
    let of: ValueShape.Kinds = node.operation == .projectValues ? .object : .array
    base.note(of)
    var result = ValueShape.never
    if base.shape.kinds.contains(of) {
      let element = element(of: base, node)
      if node.operation == .projectFiltered { _ = known(node.c, element) }
      result = .array(of: known(node.b, element).shape.withoutNull)
    }
    var others = base.shape.kinds.subtracting(of)
    if node.operation == .projectSliced, others.contains(.string) {
      mayFail = true
      result = result.union(known(node.b, Known(.string)).shape)
      others.remove(.string)
    }
    return Known(others.isEmpty ? result : result.orNull)
  }

  private func element(of base: Known, _ node: Node) -> Known {
    switch node.operation {
    case .projectValues: return Known(base.shape.values)
    case .projectFlattened:
      let element = base.shape.elements
      guard element.kinds.contains(.array) else { return Known(element, base.uses.map(\.element)) }
      return Known(element.only(.all.subtracting(.array)).union(element.elements), base.uses.map(\.element))
    default: return Known(base.shape.elements, base.uses.map(\.element))
    }
  }
}
