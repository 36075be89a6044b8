import JSONText

extension Evaluator {
  mutating func affix(
    _ function: Function, _ arguments: Arguments, _ node: Node
  ) throws(EvaluationError) -> JSONValue {
    let text = try string(arguments.first, argument: 0, node)
    let part = try string(arguments.second, argument: 1, node)
    try charge(reading: part.utf8.count, node)
    guard part.utf8.count <= text.utf8.count else { return false }
    let end = function == .startsWith ? text.utf8.prefix(part.utf8.count) : text.utf8.suffix(part.utf8.count)
    return .bool(end.elementsEqual(part.utf8))
  }

  /// `find_first` and `find_last` (JEP 14): the index, in code points, of the first or last occurrence that lies within
  /// `[start:end]`; null where there is none or the part is empty. Negative bounds count from the end, as in a slice.
  mutating func find(_ function: Function, _ arguments: Arguments, _ node: Node) throws(EvaluationError) -> JSONValue {
    let text = Array(try string(arguments.first, argument: 0, node).utf8)
    let part = Array(try string(arguments.second, argument: 1, node).utf8)
    let start = arguments.count > 2 ? try integer(arguments.third, argument: 2, node) : 0
    let end = arguments.count > 3 ? try integer(arguments.fourth, argument: 3, node) : nil
    try charge(16 &+ text.count >> 3 &+ part.count >> 3, node)
    let bounds = SliceBounds(start: start, stop: end, step: 1).resolve(count: CodePoints.count(text[...]))
    let first = CodePoints.offset(of: bounds.first, in: text[...])
    let window = text[first..<CodePoints.offset(of: bounds.count, in: text[first...])]
    guard !part.isEmpty, part.count <= window.count else { return .null }
    let place: Int
    if function == .findFirst {
      guard let found = TextSearch(Array(window)).first(part) else { return .null }
      place = found
    } else {
      // Turned round, so that the last occurrence is the first one.
      guard let found = TextSearch(window.reversed()).first(part.reversed()) else { return .null }
      place = window.count - part.count - found
    }
    return .number(JSONNumber(bounds.first + CodePoints.count(window.prefix(place))))
  }
}
