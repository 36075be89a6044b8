/// What may stand as the value of a key, for people (reference) and for editors (schema).
indirect enum Shape {
  /// A scalar of a form that has a name, such as "URL".
  case scalar(String, ScalarForm = .text)
  case choice([String])
  case boolean
  case null
  case integer(ClosedRange<Int>)
  case duration, bytes, percent
  /// One of these, a list of them for several.
  case statuses
  /// A string that may hold `${…}`.
  case template
  /// A string that is exactly one `${…}`.
  case expression
  /// Any YAML, with templates as its scalars.
  case value
  /// Any YAML, as the JSON that it is.
  case json
  case list(Shape, isEmptyAllowed: Bool = true)
  /// A mapping whose keys the file chooses: "call name". `pattern` is a regular expression of them.
  case entries(name: String, Shape, pattern: String? = nil, isEmptyAllowed: Bool = true)
  /// A mapping with keys of its own table.
  case table(any KeySet.Type)
  /// Any of a table's keys, whatever they need or exclude where the mapping is a whole one.
  case partial(any KeySet.Type)
  case either(Shape, Shape)

  /// For a cell of the reference.
  var words: String {
    switch self {
    case .scalar(let name, _): name
    case .choice(let words): words.map { "`\($0)`" }.joined(separator: " or ")
    case .boolean: "`true` or `false`"
    case .null: "`null`"
    case .integer(let range): "integer, \(range.lowerBound) to \(range.upperBound)"
    case .duration: "duration"
    case .bytes: "bytes"
    case .percent: "percent"
    case .statuses: "status, or list of statuses"
    case .template, .expression: "template"
    case .value: "any value, with templates in it"
    case .json: "any value, as it is"
    case .list(let shape, _): "list of: \(shape.words)"
    case .entries(let name, let shape, _, _): "mapping of \(name) to: \(shape.words)"
    case .table(let keys), .partial(let keys): "[\(keys.title)](#\(keys.anchor))"
    case .either(let left, let right): "\(left.words); or \(right.words)"
    }
  }
}

/// What the text of a scalar may be, for editors: as near as a regular expression gets to what the decoder takes, and
/// never narrower.
struct ScalarForm {
  /// In the common ground of ECMA 262 and Python; `nil`: any text that is not empty.
  var pattern: String?
  /// Whole numbers that may be written without quotes.
  var numbers: ClosedRange<Int>?
  /// Evaluated at load, so that `${env.NAME}` may stand in it.
  var isSetting = true

  static let text = ScalarForm()
  /// Of an answer.
  static let status = ScalarForm(pattern: Pattern.template, numbers: 200...599, isSetting: false)

  static func setting(_ pattern: String, numbers: ClosedRange<Int>? = nil) -> ScalarForm {
    ScalarForm(pattern: pattern, numbers: numbers)
  }

  /// A form of its own, `${…}` and all.
  static func line(_ pattern: String) -> ScalarForm {
    ScalarForm(pattern: pattern, isSetting: false)
  }
}
