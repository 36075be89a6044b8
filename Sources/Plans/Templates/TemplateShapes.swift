import JMESPath
import JSONText

extension TemplateExpression {
  /// The shape of its values. What it reads of the scope is noted.
  package func shape(_ scope: ValueShape, noting use: ValueUse) -> ValueShape { program.shape(scope, noting: use) }
}

extension TextTemplate {
  /// The shape of its values. What it reads of the scope is noted.
  package func shape(_ scope: ValueShape, noting use: ValueUse) -> ValueShape {
    if let constantValue { return ValueShape(of: constantValue) }
    let shapes = expressions.map { $0.shape(scope, noting: use) }
    if isSingleExpression, let shape = shapes.first { return shape }
    // A text that an expression of it fails to make is null.
    return ValueShape([.string, .null])
  }

  /// All values that it can have, where these are literals; `nil` where there are others.
  package var literals: [JSONValue]? {
    if let constantValue { return [constantValue] }
    return isSingleExpression ? expressions.first?.literals : nil
  }
}

extension ValueTemplate.Source {
  /// The shape of its values. What it reads of the scope is noted.
  package func shape(_ scope: ValueShape, noting use: ValueUse) -> ValueShape {
    switch self {
    case .null: return .null
    case .bool: return .boolean
    case .number(let text): return JSONNumber(text: text).map { ValueShape(of: .number($0)) } ?? .number
    case .text(let template): return template.shape(scope, noting: use)
    case .array(let elements):
      return .array(of: elements.reduce(.never) { $0.union($1.shape(scope, noting: use)) })
    case .object(let members):
      return .object(members.map { .init($0.name, $0.value.shape(scope, noting: use)) })
    }
  }
}
