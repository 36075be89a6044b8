import JSONText

extension Evaluator {
  /// Calls a function. Arguments are evaluated first, each once, in their order.
  mutating func call(_ node: Node, _ current: JSONValue) throws(EvaluationError) -> JSONValue {
    let function = Function.byNumber[Int(widening: node.c)]
    if function.maximum == nil { return try callVariadic(function, node, current) }
    var arguments = Arguments(count: Int(widening: node.b))
    arguments.first = try value(program.lists[Int(widening: node.a)], current)
    if node.b > 1 { arguments.second = try value(program.lists[Int(widening: node.a) + 1], current) }
    if node.b > 2 { arguments.third = try value(program.lists[Int(widening: node.a) + 2], current) }
    if node.b > 3 { arguments.fourth = try value(program.lists[Int(widening: node.a) + 3], current) }
    return try call(function, arguments, node)
  }

  private mutating func call(
    _ function: Function, _ arguments: Arguments, _ node: Node
  ) throws(EvaluationError) -> JSONValue {
    switch function {
    case .abs: try absolute(arguments.first, node)
    case .ceil: try rounded(arguments.first, .up, node)
    case .floor: try rounded(arguments.first, .down, node)
    case .round: try round(arguments, node)
    case .sum: try sum(arguments.first, node)
    case .avg: try average(arguments.first, node)
    case .toNumber: try toNumber(arguments.first, node)
    case .contains: try contains(arguments, node)
    case .length: try length(arguments.first, node)
    case .reverse: try reverse(arguments.first, node)
    case .sort: try sort(arguments.first, by: nil, node)
    case .max: try extreme(arguments.first, by: nil, wanted: 1, node)
    case .min: try extreme(arguments.first, by: nil, wanted: -1, node)
    case .toArray: arguments.first.kind == .array ? arguments.first : .array([arguments.first])
    case .map: try map(arguments.second, node)
    case .sortBy: try sort(arguments.first, by: expression(1, node), node)
    case .maxBy: try extreme(arguments.first, by: expression(1, node), wanted: 1, node)
    case .minBy: try extreme(arguments.first, by: expression(1, node), wanted: -1, node)
    case .groupBy: try groupBy(arguments.first, node)
    case .keys, .values, .items: try parts(function, arguments.first, node)
    case .fromItems: try fromItems(arguments.first, node)
    case .type: .string(arguments.first.typeName)
    case .toString: try toString(arguments.first, node)
    default: try callWithStrings(function, arguments, node)
    }
  }

  private mutating func callWithStrings(
    _ function: Function, _ arguments: Arguments, _ node: Node
  ) throws(EvaluationError) -> JSONValue {
    switch function {
    case .startsWith, .endsWith: try affix(function, arguments, node)
    case .findFirst, .findLast: try find(function, arguments, node)
    case .join: try join(arguments, node)
    case .like: try like(arguments, node)
    case .matches: try matches(arguments, node)
    case .lower, .upper: try changeCase(function, arguments.first, node)
    case .padLeft, .padRight: try pad(function, arguments, node)
    case .replace: try replace(arguments, node)
    case .split: try split(arguments, node)
    default: try trim(function, arguments, node)
    }
  }

  private mutating func callVariadic(
    _ function: Function, _ node: Node, _ current: JSONValue
  ) throws(EvaluationError) -> JSONValue {
    var arguments: [JSONValue] = []
    arguments.reserveCapacity(Int(widening: node.b))
    for place in node.a..<node.a + node.b { arguments.append(try value(program.lists[Int(widening: place)], current)) }
    switch function {
    case .merge: return try merge(arguments, node)
    case .zip: return try zip(arguments, node)
    default: return arguments.first { !$0.isNull } ?? .null
    }
  }
}
