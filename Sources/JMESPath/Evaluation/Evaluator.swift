import JSONText

/// One evaluation: walks the program, counts what it costs. Lives on the stack of one call of `evaluate`.
struct Evaluator {
  let program: Program
  let limits: Limits
  let root: JSONValue
  /// Values of variables; each binding has a slot of its own, and no expression runs twice at the same time.
  var slots: [JSONValue]
  private(set) var steps = 0
  private var outputBytes = 0

  init(_ program: Program, _ limits: Limits, root: JSONValue) {
    self.program = program
    self.limits = limits
    self.root = root
    slots = program.slotCount == 0 ? [] : Array(repeating: .null, count: program.slotCount)
  }

  /// Counts work; a unit is about a node visited or an element looked at.
  @inline(__always)
  mutating func charge(_ cost: Int, _ node: Node) throws(EvaluationError) {
    steps &+= cost
    if steps > limits.maxSteps { throw .stepLimit(limits.maxSteps, node) }
  }

  /// Counts the bytes of a string that is read or made.
  @inline(__always)
  mutating func charge(reading bytes: Int, _ node: Node) throws(EvaluationError) {
    try charge(1 &+ bytes >> 5, node)
  }

  /// Counts bytes of a string before it is made.
  mutating func charge(making bytes: Int, _ node: Node) throws(EvaluationError) {
    let (sum, overflow) = outputBytes.addingReportingOverflow(bytes)
    if overflow || sum > limits.maxOutputBytes { throw .outputLimit(limits.maxOutputBytes, node) }
    outputBytes = sum
    try charge(reading: bytes, node)
  }

  @inline(__always)
  func node(_ index: Int32) -> Node {
    program.nodes[Int(widening: index)]
  }

  /// The value of a node where `current` is `@`.
  mutating func value(_ index: Int32, _ current: JSONValue) throws(EvaluationError) -> JSONValue {
    let node = node(index)
    try charge(1, node)
    switch node.operation {
    case .field: return try member(node, current)
    case .sub:
      let left = try value(node.a, current)
      return left.isNull ? .null : try value(node.b, left)
    case .pipe: return try value(node.b, try value(node.a, current))
    case .current: return current
    case .root: return root
    case .literal: return program.literals[Int(widening: node.a)]
    case .variable: return slots[Int(widening: node.a)]
    case .index: return try element(node, current)
    case .hash: return try hash(node, current)
    case .list: return try list(node, current)
    case .projectElements, .projectValues, .projectFlattened, .projectFiltered, .projectSliced:
      return try project(node, current)
    case .call: return try call(node, current)
    case .bind: return try bind(node, current)
    case .expression: return .null
    default: return try operate(node, current)
    }
  }

  @inline(__always)
  private mutating func member(_ node: Node, _ current: JSONValue) throws(EvaluationError) -> JSONValue {
    switch current {
    case .slice(let slice):
      try charge(slice.count >> 3, node)
      return slice[member: program.names[Int(widening: node.a)]].map(JSONValue.slice) ?? .null
    case .object(let object):
      try charge(object.count >> 3, node)
      return object[program.names[Int(widening: node.a)]] ?? .null
    default:
      return .null
    }
  }

  private mutating func element(_ node: Node, _ current: JSONValue) throws(EvaluationError) -> JSONValue {
    let count = current.count
    let index = node.a < 0 ? count + Int(widening: node.a) : Int(widening: node.a)
    try charge(index.magnitude < count ? index >> 3 : 0, node)
    return current[index] ?? .null
  }

  private mutating func list(_ node: Node, _ current: JSONValue) throws(EvaluationError) -> JSONValue {
    var elements: [JSONValue] = []
    elements.reserveCapacity(Int(widening: node.b))
    for place in node.a..<node.a + node.b { elements.append(try value(program.lists[Int(widening: place)], current)) }
    return .array(elements)
  }

  private mutating func hash(_ node: Node, _ current: JSONValue) throws(EvaluationError) -> JSONValue {
    var object = JSONObject(capacity: Int(widening: node.b))
    var place = Int(widening: node.a)
    for _ in 0..<node.b {
      let name = program.names[Int(widening: program.lists[place])].string
      object.append(name, try value(program.lists[place + 1], current))
      place += 2
    }
    return .object(object)
  }

  private mutating func bind(_ node: Node, _ current: JSONValue) throws(EvaluationError) -> JSONValue {
    for place in 0..<Int(widening: node.b) {
      let slot = program.lists[Int(widening: node.a) + 2 * place]
      slots[Int(widening: slot)] = try value(program.lists[Int(widening: node.a) + 2 * place + 1], current)
    }
    return try value(node.c, current)
  }
}
