import JSONText

// What is null is like nothing: a header that is missing is no fault of the expression.
extension Evaluator {
  /// `like(text, 'a*')`: the whole text.
  mutating func like(_ arguments: Arguments, _ node: Node) throws(EvaluationError) -> JSONValue {
    if arguments.first.isNull { return false }
    let text = Array(try string(arguments.first, argument: 0, node).utf8)
    let pattern = Likeness(try string(arguments.second, argument: 1, node))
    try charge(1 &+ text.count >> 3, node)
    let (most, overflow) = (limits.maxSteps - steps).multipliedReportingOverflow(by: 8)
    var room = overflow ? Int.max : most
    let before = room
    let isMet = pattern.isMet(by: text, room: &room)
    try charge(room < 0 ? limits.maxSteps : (before - room) >> 3, node)
    return .bool(isMet)
  }

  /// `matches(text, 'a+')`: some part of the text.
  mutating func matches(_ arguments: Arguments, _ node: Node) throws(EvaluationError) -> JSONValue {
    if arguments.first.isNull { return false }
    let text = try string(arguments.first, argument: 0, node)
    let literal = self.node(program.lists[Int(widening: node.a) + 1])
    guard let pattern = program.patterns[literal.a] else { throw .value(1, "a pattern", node) }
    try charge(8 &+ text.utf8.count >> 3, node)
    var room = limits.maxSteps - steps
    let before = room
    let isFound: Bool
    do throws(TextPattern.Fault) {
      isFound = try pattern.isFound(in: text, room: &room)
    } catch {
      switch error {
      case .steps: throw .stepLimit(limits.maxSteps, node)
      case .limit: throw .patternLimit(node)
      }
    }
    try charge(before - room, node)
    return .bool(isFound)
  }
}
