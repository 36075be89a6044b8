import JSONText

extension Evaluator {
  /// Deep equality by value: numbers exactly, strings by code points, objects in any order.
  mutating func equal(_ left: JSONValue, _ right: JSONValue, _ node: Node) throws(EvaluationError) -> Bool {
    try charge(1, node)
    let kind = left.kind
    guard kind == right.kind else { return false }
    switch kind {
    case .true, .false, .null: return true
    case .number: return try compareNumbers(left, right, node) == 0
    case .string: return try equalStrings(left, right, node)
    case .array: return try equalArrays(left, right, node)
    case .object: return try equalObjects(left, right, node)
    }
  }

  private mutating func equalStrings(
    _ left: JSONValue, _ right: JSONValue, _ node: Node
  ) throws(EvaluationError) -> Bool {
    switch (left, right) {
    case (.slice(let a), .slice(let b)):
      try charge(reading: min(a.byteCount, b.byteCount), node)
      let plain = a.withPlainString { a in b.withPlainString { b in a.elementsEqual(b) } }
      if case .some(.some(let isEqual)) = plain { return isEqual }
    case (.slice(let slice), .string(let string)), (.string(let string), .slice(let slice)):
      try charge(reading: slice.byteCount, node)
      if let isEqual = slice.isPlain(string) { return isEqual }
    default: break
    }
    return CodePoints.areEqual(try string(left, node), try string(right, node))
  }

  private mutating func equalArrays(
    _ left: JSONValue, _ right: JSONValue, _ node: Node
  ) throws(EvaluationError) -> Bool {
    guard let a = Elements(left), var b = Elements(right), a.count == b.count else { return false }
    for element in a {
      guard let other = b.next(), try equal(element, other, node) else { return false }
    }
    return true
  }

  private mutating func equalObjects(
    _ left: JSONValue, _ right: JSONValue, _ node: Node
  ) throws(EvaluationError) -> Bool {
    let a = try members(of: left, node)
    let b = try members(of: right, node)
    guard a.count == b.count else { return false }
    var values: [JSONName: JSONValue] = [:]
    values.reserveCapacity(b.count)
    for member in b { values[JSONName(member.name)] = member.value }
    for member in a {
      guard let other = values[JSONName(member.name)], try equal(member.value, other, node) else { return false }
    }
    return true
  }
}

extension JSONSlice {
  /// Compares a string with one that was made; nil where the slice has escapes.
  fileprivate func isPlain(_ string: String) -> Bool? {
    var string = string
    return string.withUTF8 { wanted in withPlainString { $0.elementsEqual(wanted) } }
  }
}
