/// A piece of a template's text.
enum TemplatePart: Sendable {
  /// Bytes as they are meant (`$${` already read as `${`), and where they begin in the text.
  case literal([UInt8], offset: Int)
  case expression(TemplateExpression)

  var expression: TemplateExpression? {
    switch self {
    case .literal: nil
    case .expression(let expression): expression
    }
  }

  /// Splits the text from `start` on. Literals are split at each `$${`, so that offsets within them are exact.
  static func parse(_ text: [UInt8], from start: Int = 0) throws(TemplateError) -> [TemplatePart] {
    var parts: [TemplatePart] = []
    var index = start
    var literalStart = start
    func endLiteral(at end: Int) {
      if literalStart < end { parts.append(.literal(Array(text[literalStart..<end]), offset: literalStart)) }
    }
    while index < text.count {
      guard text[index] == UInt8(ascii: "$"), index + 1 < text.count else {
        index += 1
        continue
      }
      if text[index + 1] == UInt8(ascii: "{") {
        endLiteral(at: index)
        let (expression, end) = try TemplateExpression.compile(in: text, at: index)
        parts.append(.expression(expression))
        index = end
        literalStart = end
      } else if text[index...].starts(with: "$${".utf8) {
        endLiteral(at: index)
        parts.append(.literal(Array("${".utf8), offset: index + 1))
        index += 3
        literalStart = index
      } else {
        index += 1
      }
    }
    endLiteral(at: text.count)
    return parts
  }
}
