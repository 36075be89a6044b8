import JSONText

extension Evaluator {
  mutating func contains(_ arguments: Arguments, _ node: Node) throws(EvaluationError) -> JSONValue {
    let (subject, wanted) = (arguments.first, arguments.second)
    if subject.kind == .string {
      guard wanted.kind == .string else { return false }
      let (text, part) = (try string(subject, node), try string(wanted, node))
      try charge(reading: text.utf8.count + part.utf8.count, node)
      return .bool(TextSearch(text).first(Array(part.utf8)) != nil)
    }
    guard let elements = Elements(subject) else {
      throw .argument(0, expected: "an array or a string", found: subject.typeName, node)
    }
    for element in elements where try equal(element, wanted, node) { return true }
    return false
  }

  /// Code points of a string, elements of an array, members of an object.
  mutating func length(_ value: JSONValue, _ node: Node) throws(EvaluationError) -> JSONValue {
    switch value.kind {
    case .string:
      let string = try string(value, node)
      try charge(reading: string.utf8.count, node)
      return .number(JSONNumber(string.unicodeScalars.count))
    case .array: return .number(JSONNumber(value.count))
    case .object: return .number(JSONNumber(try members(of: value, node).count))
    default:
      throw .argument(0, expected: "a string, an array or an object", found: value.typeName, node)
    }
  }

  mutating func reverse(_ value: JSONValue, _ node: Node) throws(EvaluationError) -> JSONValue {
    switch value.kind {
    case .string:
      let string = try string(value, node)
      try charge(making: string.utf8.count, node)
      try charge(2 &* string.utf8.count, node)
      return .string(String(String.UnicodeScalarView(string.unicodeScalars.reversed())))
    case .array:
      try charge(value.count, node)
      return .array((value.elements ?? []).reversed())
    default:
      throw .argument(0, expected: "a string or an array", found: value.typeName, node)
    }
  }

  mutating func zip(_ arrays: [JSONValue], _ node: Node) throws(EvaluationError) -> JSONValue {
    var lists: [[JSONValue]] = []
    for (position, array) in arrays.enumerated() {
      guard let elements = array.elements else {
        throw .argument(position, expected: "an array", found: array.typeName, node)
      }
      try charge(elements.count, node)
      lists.append(elements)
    }
    let count = lists.map(\.count).min() ?? 0
    try charge(count * (lists.count + 4), node)
    return .array((0..<count).map { place in .array(lists.map { $0[place] }) })
  }

  mutating func join(_ arguments: Arguments, _ node: Node) throws(EvaluationError) -> JSONValue {
    let glue = try string(arguments.first, argument: 0, node)
    var result = ""
    var isFirst = true
    for element in try elements(arguments.second, argument: 1, node) {
      guard element.kind == .string else {
        throw .argument(1, expected: "an array of strings", found: "an array with \(element.typeName)", node)
      }
      let part = try string(element, node)
      try charge(2, node)
      try charge(making: part.utf8.count + (isFirst ? 0 : glue.utf8.count), node)
      if !isFirst { result += glue }
      result += part
      isFirst = false
    }
    return .string(result)
  }

  /// A string as it is, anything else as compact JSON.
  mutating func toString(_ value: JSONValue, _ node: Node) throws(EvaluationError) -> JSONValue {
    if value.kind == .string { return value }
    var writer = JSONWriter(capacity: 64, maxBytes: limits.maxOutputBytes)
    writer.writeCompact(value)
    if writer.overflowed { throw .outputLimit(limits.maxOutputBytes, node) }
    try charge(making: writer.count, node)
    return .string(String(decoding: writer.bytes, as: UTF8.self))
  }
}
