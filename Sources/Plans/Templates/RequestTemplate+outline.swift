extension RequestTemplate {
  /// Fills in the target as far as it can be told: an expression that `isKnown` denies stands there as it is written.
  package func outline(
    _ scope: Scope, isKnown: (TemplateExpression) -> Bool
  ) throws(RenderFailure) -> String {
    var bytes: [UInt8] = []
    for (index, step) in path.enumerated() {
      if case .segment(let parts) = step, !parts.compactMap(\.expression).allSatisfy(isKnown) {
        bytes.append(UInt8(ascii: "/"))
        for part in parts { try Self.append(part, to: &bytes, scope, isKnown) }
      } else {
        try Self.append(step, isLast: index == path.count - 1, to: &bytes, scope)
      }
    }
    if bytes.isEmpty { bytes.append(UInt8(ascii: "/")) }
    var separator = UInt8(ascii: "?")
    for step in query {
      if step.expressions.allSatisfy(isKnown) {
        try Self.append(step, to: &bytes, &separator, scope)
      } else {
        bytes.append(separator)
        try Self.append(step, to: &bytes, scope, isKnown)
        separator = UInt8(ascii: "&")
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func append(
    _ part: SegmentPart, to bytes: inout [UInt8], _ scope: Scope, _ isKnown: (TemplateExpression) -> Bool
  ) throws(RenderFailure) {
    switch part {
    case .literal(let literal): bytes += literal
    case .value(let expression), .rest(let expression):
      try append(expression, to: &bytes, scope, isKnown)
    }
  }

  private static func append(
    _ step: QueryStep, to bytes: inout [UInt8], _ scope: Scope, _ isKnown: (TemplateExpression) -> Bool
  ) throws(RenderFailure) {
    switch step {
    case .literal(let literal): bytes += literal
    case .value(let name, let expression):
      bytes += name
      try append(expression, to: &bytes, scope, isKnown)
    case .mixed(let name, let parts):
      bytes += name
      for part in parts {
        switch part {
        case .literal(let literal, _): bytes += literal
        case .expression(let expression): try append(expression, to: &bytes, scope, isKnown)
        }
      }
    }
  }

  private static func append(
    _ expression: TemplateExpression, to bytes: inout [UInt8], _ scope: Scope, _ isKnown: (TemplateExpression) -> Bool
  ) throws(RenderFailure) {
    if isKnown(expression) {
      try expression.evaluate(scope).withTextBytes { PercentEncoding.appendValue($0, to: &bytes) }
    } else {
      bytes += Array(expression.placeholder.utf8)
    }
  }
}

extension RequestTemplate {
  private static let secretive: Set = [ScopeName.env.rawValue, ScopeName.headers.rawValue, ScopeName.cookies.rawValue]

  /// The path for a log: what reads the environment, headers or cookies, where secrets are, stands there as it is written.
  package func shownPath(_ scope: Scope) throws(RenderFailure) -> String {
    let outline = try outline(scope) { expression in
      !expression.references.contains { $0.path.isEmpty || Self.secretive.contains($0.path[0]) }
    }
    return String(outline.prefix { $0 != "?" })
  }

  /// Path and query as the definition has them.
  package var targetSource: String { String(source[(source.firstIndex(of: "/") ?? source.startIndex)...]) }
}

extension TemplateExpression {
  /// The expression as a definition has it.
  package var placeholder: String { "${\(source)}" }
}

extension RequestTemplate.SegmentPart {
  fileprivate var expression: TemplateExpression? {
    switch self {
    case .literal: nil
    case .value(let expression), .rest(let expression): expression
    }
  }
}

extension RequestTemplate.QueryStep {
  fileprivate var expressions: [TemplateExpression] {
    switch self {
    case .literal: []
    case .value(_, let expression): [expression]
    case .mixed(_, let parts): parts.compactMap(\.expression)
    }
  }
}
