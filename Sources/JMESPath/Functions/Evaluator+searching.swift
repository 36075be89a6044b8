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

  /// The index, in code points, of the first occurrence within `[start:end]`; null where there is none or the part is
  /// empty. Negative bounds count from the end, as in a slice.
  mutating func findFirst(_ arguments: Arguments, _ node: Node) throws(EvaluationError) -> JSONValue {
    let (text, part) = try subject(arguments, node)
    let start = arguments.count > 2 ? try integer(arguments.third, argument: 2, node) : 0
    let end = arguments.count > 3 ? try integer(arguments.fourth, argument: 3, node) : nil
    let bounds = SliceBounds(start: start, stop: end, step: 1).resolve(count: text.count)
    guard !part.isEmpty, part.count <= bounds.count else { return .null }
    let window = String(String.UnicodeScalarView(text[bounds.first..<bounds.first + bounds.count]))
    let search = TextSearch(window)
    guard let found = search.first(String(String.UnicodeScalarView(part))) else { return .null }
    return .number(JSONNumber(bounds.first + search.index(ofByte: found)))
  }

  /// The index of the last occurrence that begins at or before `pos`; null where there is none or the part is empty.
  mutating func findLast(_ arguments: Arguments, _ node: Node) throws(EvaluationError) -> JSONValue {
    let (text, part) = try subject(arguments, node)
    var position = arguments.count > 2 ? try integer(arguments.third, argument: 2, node) : text.count
    if position < 0 { position += text.count }
    guard !part.isEmpty, part.count <= text.count, position >= 0 else { return .null }
    let last = min(position, text.count - part.count)
    // Searched backwards: the part and the text are turned round, so that the first occurrence is the last one.
    let window = String(String.UnicodeScalarView(text[..<(last + part.count)].reversed()))
    let search = TextSearch(window)
    guard let found = search.first(String(String.UnicodeScalarView(part.reversed()))) else { return .null }
    return .number(JSONNumber(last - search.index(ofByte: found)))
  }

  private mutating func subject(
    _ arguments: Arguments, _ node: Node
  ) throws(EvaluationError) -> ([Unicode.Scalar], [Unicode.Scalar]) {
    let text = try string(arguments.first, argument: 0, node)
    let part = try string(arguments.second, argument: 1, node)
    try charge(text.utf8.count >> 3 + part.utf8.count >> 3, node)
    return (Array(text.unicodeScalars), Array(part.unicodeScalars))
  }
}
