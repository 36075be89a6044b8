import JSONText

extension Evaluator {
  /// Applies the right side to every element that the left side yields; nulls are left out.
  mutating func project(_ node: Node, _ current: JSONValue) throws(EvaluationError) -> JSONValue {
    let base = try value(node.a, current)
    switch node.operation {
    case .projectValues: return try projectValues(base, node)
    case .projectFiltered: return try projectFiltered(base, node)
    case .projectSliced: return try projectSliced(base, node)
    default: break
    }
    guard let elements = Elements(base) else { return .null }
    var results: [JSONValue] = []
    results.reserveCapacity(elements.count)
    for element in elements {
      if node.operation == .projectFlattened, let inner = Elements(element) {
        for element in inner { try apply(node, element, &results) }
      } else {
        try apply(node, element, &results)
      }
    }
    return .array(results)
  }

  @inline(__always)
  private mutating func apply(
    _ projection: Node, _ element: JSONValue, _ results: inout [JSONValue]
  ) throws(EvaluationError) {
    let result = try value(projection.b, element)
    if !result.isNull { results.append(result) }
  }

  private mutating func projectValues(_ base: JSONValue, _ node: Node) throws(EvaluationError) -> JSONValue {
    guard base.kind == .object else { return .null }
    var results: [JSONValue] = []
    for member in try members(of: base, node) { try apply(node, member.value, &results) }
    return .array(results)
  }

  private mutating func projectFiltered(_ base: JSONValue, _ node: Node) throws(EvaluationError) -> JSONValue {
    guard let elements = Elements(base) else { return .null }
    var results: [JSONValue] = []
    for element in elements where try value(node.c, element).isTruthy { try apply(node, element, &results) }
    return .array(results)
  }

  /// A slice of an array is projected; one of a string is a string (JEP 15).
  private mutating func projectSliced(_ base: JSONValue, _ node: Node) throws(EvaluationError) -> JSONValue {
    let bounds = program.slices[Int(widening: node.c)]
    if base.kind == .string {
      let part = try slice(try string(base, node), bounds, node)
      return try value(node.b, .string(part))
    }
    guard base.kind == .array else { return .null }
    var results: [JSONValue] = []
    for element in try slice(base, bounds, node) { try apply(node, element, &results) }
    return .array(results)
  }

  private mutating func slice(
    _ array: JSONValue, _ bounds: SliceBounds, _ node: Node
  ) throws(EvaluationError) -> [JSONValue] {
    let (first, count) = bounds.resolve(count: array.count)
    var selected: [JSONValue] = []
    selected.reserveCapacity(count)
    if case .slice(let slice) = array, bounds.step > 0 {
      // Walking from the front is enough, and stops behind the last one.
      var wanted = first
      try charge((first + count) >> 3, node)
      for (index, element) in slice.elements.enumerated() {
        guard selected.count < count else { break }
        if index == wanted {
          selected.append(.slice(element))
          // Where there is another one. Behind the last, a step of any length may lead anywhere.
          if selected.count < count { wanted += bounds.step }
        }
      }
      return selected
    }
    try charge(array.count >> 3, node)
    let elements = array.elements ?? []
    for place in 0..<count { selected.append(elements[first + place * bounds.step]) }
    return selected
  }

  private mutating func slice(
    _ string: String, _ bounds: SliceBounds, _ node: Node
  ) throws(EvaluationError) -> String {
    try charge(making: string.utf8.count, node)
    let scalars = Array(string.unicodeScalars)
    let (first, count) = bounds.resolve(count: scalars.count)
    var result = String.UnicodeScalarView()
    for place in 0..<count { result.append(scalars[first + place * bounds.step]) }
    return String(result)
  }

  /// The members of an object, duplicates resolved: the last value, in the place of the first.
  mutating func members(of value: JSONValue, _ node: Node) throws(EvaluationError) -> [JSONObject.Member] {
    try charge(UniqueMembers.cost &* value.count, node)
    var members: [JSONObject.Member] = []
    switch value {
    case .object(let object): members = object.members
    case .slice(let slice):
      members.reserveCapacity(slice.count)
      for (key, value) in slice.members {
        members.append(JSONObject.Member(name: key.string ?? "", value: .slice(value)))
      }
    default: break
    }
    return UniqueMembers.resolve(members)
  }
}
