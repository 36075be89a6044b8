import JSONText

extension Evaluator {
  mutating func changeCase(
    _ function: Function, _ value: JSONValue, _ node: Node
  ) throws(EvaluationError) -> JSONValue {
    let text = try string(value, argument: 0, node)
    try charge(text.utf8.count >> 3, node)
    let changed = function == .lower ? text.lowercased() : text.uppercased()
    try charge(making: changed.utf8.count, node)
    return .string(changed)
  }

  /// To a width in code points; the pad is one code point.
  mutating func pad(
    _ function: Function, _ arguments: Arguments, _ node: Node
  ) throws(EvaluationError) -> JSONValue {
    let text = try string(arguments.first, argument: 0, node)
    let width = try naturalNumber(arguments.second, argument: 1, node)
    let pad = arguments.count > 2 ? try string(arguments.third, argument: 2, node) : " "
    guard pad.unicodeScalars.count == 1 else { throw .value(2, "a single character", node) }
    try charge(reading: text.utf8.count, node)
    let missing = width - text.unicodeScalars.count
    guard missing > 0 else { return arguments.first }
    try charge(making: text.utf8.count + missing * pad.utf8.count, node)
    let padding = String(repeating: pad, count: missing)
    return .string(function == .padLeft ? padding + text : text + padding)
  }

  /// From left to right; an empty part is nowhere found.
  mutating func replace(_ arguments: Arguments, _ node: Node) throws(EvaluationError) -> JSONValue {
    let text = try string(arguments.first, argument: 0, node)
    let old = try string(arguments.second, argument: 1, node)
    let new = try string(arguments.third, argument: 2, node)
    let limit = arguments.count > 3 ? try naturalNumber(arguments.fourth, argument: 3, node) : .max
    if old.isEmpty { return arguments.first }
    try charge(text.utf8.count >> 3, node)
    let search = TextSearch(text)
    let places = search.all(Array(old.utf8), limit: limit)
    if places.isEmpty { return arguments.first }
    try charge(4 &* places.count, node)
    let (grown, overflow) = places.count.multipliedReportingOverflow(by: new.utf8.count)
    try charge(making: overflow ? .max : text.utf8.count - places.count * old.utf8.count + grown, node)
    var result = ""
    var start = 0
    for place in places {
      result += search.text(start..<place) + new
      start = place + old.utf8.count
    }
    return .string(result + search.text(start..<search.byteCount))
  }

  /// An empty separator splits between all code points.
  mutating func split(_ arguments: Arguments, _ node: Node) throws(EvaluationError) -> JSONValue {
    let text = try string(arguments.first, argument: 0, node)
    let separator = try string(arguments.second, argument: 1, node)
    let limit = arguments.count > 2 ? try naturalNumber(arguments.third, argument: 2, node) : .max
    try charge(making: text.utf8.count, node)
    if separator.isEmpty { return try characters(of: text, limit: limit, node) }
    let search = TextSearch(text)
    let places = search.all(Array(separator.utf8), limit: limit)
    try charge(4 &* places.count, node)
    var parts: [JSONValue] = []
    var start = 0
    for place in places {
      parts.append(.string(search.text(start..<place)))
      start = place + separator.utf8.count
    }
    parts.append(.string(search.text(start..<search.byteCount)))
    return .array(parts)
  }

  private mutating func characters(
    of text: String, limit: Int, _ node: Node
  ) throws(EvaluationError) -> JSONValue {
    let scalars = Array(text.unicodeScalars)
    try charge(4 &* min(scalars.count, limit), node)
    var parts = scalars.prefix(limit).map { JSONValue.string(String(Character($0))) }
    if scalars.count > limit {
      parts.append(.string(String(String.UnicodeScalarView(scalars.dropFirst(limit)))))
    }
    return .array(parts)
  }

  /// Takes away code points of a set, or white space where the set is empty.
  mutating func trim(
    _ function: Function, _ arguments: Arguments, _ node: Node
  ) throws(EvaluationError) -> JSONValue {
    let text = try string(arguments.first, argument: 0, node)
    let set = arguments.count > 1 ? try string(arguments.second, argument: 1, node) : ""
    try charge(text.utf8.count >> 3 + set.utf8.count >> 3, node)
    let unwanted = Set(set.unicodeScalars)
    func isUnwanted(_ scalar: Unicode.Scalar) -> Bool {
      unwanted.isEmpty ? scalar.properties.isWhitespace : unwanted.contains(scalar)
    }
    var rest = text.unicodeScalars[...]
    if function != .trimRight { rest = rest.drop(while: isUnwanted) }
    if function != .trimLeft { while let last = rest.last, isUnwanted(last) { rest.removeLast() } }
    if rest.startIndex == text.startIndex, rest.endIndex == text.endIndex { return arguments.first }
    try charge(making: text.utf8.count, node)
    return .string(String(rest))
  }
}
