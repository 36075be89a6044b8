import JSONText

extension Evaluator {
  /// `keys`, `values` and `items`, in the order of the object.
  mutating func parts(
    _ function: Function, _ value: JSONValue, _ node: Node
  ) throws(EvaluationError) -> JSONValue {
    guard value.kind == .object else {
      throw .argument(0, expected: "an object", found: value.typeName, node)
    }
    let members = try members(of: value, node)
    return switch function {
    case .keys: .array(members.map { .string($0.name) })
    case .values: .array(members.map(\.value))
    default: .array(members.map { .array([.string($0.name), $0.value]) })
    }
  }

  /// The opposite of `items`. Of equal names the last value counts.
  mutating func fromItems(_ value: JSONValue, _ node: Node) throws(EvaluationError) -> JSONValue {
    var members: [JSONObject.Member] = []
    for pair in try elements(value, argument: 0, node) {
      try charge(UniqueMembers.cost, node)
      guard pair.kind == .array else {
        throw .argument(0, expected: "an array of pairs", found: "an array with \(pair.typeName)", node)
      }
      guard pair.count == 2, let name = pair[0], let value = pair[1] else {
        throw .value(0, "an array of arrays with two elements each", node)
      }
      guard name.kind == .string else {
        throw .argument(
          0, expected: "an array of pairs that begin with a string", found: "one with \(name.typeName)", node)
      }
      members.append(JSONObject.Member(name: try string(name, node), value: value))
    }
    return .object(JSONObject(UniqueMembers.resolve(members)))
  }

  /// Later objects win; a member keeps the place where its name came first.
  mutating func merge(_ objects: [JSONValue], _ node: Node) throws(EvaluationError) -> JSONValue {
    var all: [JSONObject.Member] = []
    for (position, object) in objects.enumerated() {
      guard object.kind == .object else {
        throw .argument(position, expected: "an object", found: object.typeName, node)
      }
      all += try members(of: object, node)
    }
    try charge(UniqueMembers.cost &* all.count, node)
    return .object(JSONObject(UniqueMembers.resolve(all)))
  }

  /// An object of arrays, by a key that is a string; elements whose key is null are left out (JEP 18).
  mutating func groupBy(_ value: JSONValue, _ node: Node) throws(EvaluationError) -> JSONValue {
    let expression = expression(1, node)
    var places: [JSONName: Int] = [:]
    var names: [String] = []
    var groups: [[JSONValue]] = []
    for element in try elements(value, argument: 0, node) {
      let key = try self.value(expression, element)
      if key.isNull { continue }
      guard key.kind == .string else {
        throw .argument(1, expected: "an expression for a string", found: "one for \(key.typeName)", node)
      }
      let name = JSONName(try string(key, node))
      try charge(UniqueMembers.cost, node)
      if let place = places[name] {
        groups[place].append(element)
      } else {
        try charge(UniqueMembers.cost, node)
        places[name] = groups.count
        names.append(name.string)
        groups.append([element])
      }
    }
    let members = Swift.zip(names, groups).map { JSONObject.Member(name: $0, value: .array($1)) }
    return .object(JSONObject(members))
  }

  /// The node of an argument that is written with `&`.
  func expression(_ position: Int, _ node: Node) -> Int32 {
    self.node(program.lists[Int(widening: node.a) + position]).a
  }
}
