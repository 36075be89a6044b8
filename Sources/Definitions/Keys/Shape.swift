/// What may stand as the value of a key, for people (reference) and for editors (schema).
indirect enum Shape {
  /// A scalar of a form that has a name, such as "URL".
  case scalar(String)
  case choice([String])
  case boolean
  case integer(ClosedRange<Int>)
  case duration, bytes, percent
  /// One of these, a list of them for several.
  case statuses
  /// A string that may hold `${…}`.
  case template
  /// Any YAML, with templates as its scalars.
  case value
  case list(Shape)
  /// A mapping whose keys the file chooses: "call name".
  case entries(name: String, Shape)
  /// A mapping with keys of its own table.
  case table(any KeySet.Type)
  case either(Shape, Shape)

  /// For a cell of the reference.
  var words: String {
    switch self {
    case .scalar(let name): name
    case .choice(let words): words.map { "`\($0)`" }.joined(separator: " or ")
    case .boolean: "`true` or `false`"
    case .integer(let range): "integer, \(range.lowerBound) to \(range.upperBound)"
    case .duration: "duration"
    case .bytes: "bytes"
    case .percent: "percent"
    case .statuses: "status, or list of statuses"
    case .template: "template"
    case .value: "any value, with templates in it"
    case .list(let shape): "list of: \(shape.words)"
    case .entries(let name, let shape): "mapping of \(name) to: \(shape.words)"
    case .table(let keys): "[\(keys.title)](#\(keys.anchor))"
    case .either(let left, let right): "\(left.words); or \(right.words)"
    }
  }
}
