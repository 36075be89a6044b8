/// Cuts the parts of a target into segments and parameters.
struct TargetCompiler {
  let rest: String?
  var path: [RequestTemplate.PathStep] = []
  var query: [RequestTemplate.QueryStep] = []
  var inQuery = false
  /// The parts of the segment or parameter at hand.
  private var parts: [TemplatePart] = []
  private var text: [UInt8] = []
  private var textOffset = 0
  /// The parameter's `name=`, once its `=` was seen.
  private var name: [UInt8]?
  private var blanks: Int?
  private var isAtStart = true

  init(rest: String?) {
    self.rest = rest
  }

  mutating func take(_ bytes: [UInt8], at offset: Int) throws(TemplateError) {
    for (index, byte) in bytes.enumerated() {
      let place = offset + index
      switch byte {
      case 0x20, 0x09, 0x0A, 0x0D:
        // White space is allowed at the end only.
        blanks = blanks ?? place
      case UInt8(ascii: "#"):
        throw TemplateError("a request can't have a fragment; write `%23` for a literal `#`", offset: place)
      case 0..<0x20, 0x7F:
        throw TemplateError("a control character in a request; only printable characters are allowed", offset: place)
      default:
        try refuseBlanks()
        try take(byte, at: place)
      }
    }
  }

  private mutating func take(_ byte: UInt8, at place: Int) throws(TemplateError) {
    switch (byte, inQuery) {
    case (UInt8(ascii: "/"), false):
      if !isAtStart { try endSegment() }
      isAtStart = false
    case (UInt8(ascii: "?"), false):
      try endSegment()
      inQuery = true
    case (UInt8(ascii: "&"), true): endParameter()
    default:
      if text.isEmpty { textOffset = place }
      text.append(byte)
      if inQuery, name == nil, byte == UInt8(ascii: "=") {
        name = Self.encoded(text, PercentEncoding.query)
        text = []
      }
    }
  }

  mutating func take(_ expression: TemplateExpression) throws(TemplateError) {
    try refuseBlanks()
    if inQuery && name == nil {
      throw TemplateError(
        "the name of a query parameter can't come from a template; only its value can", offset: expression.offset,
        hint: "write `name=${…}`")
    }
    endText()
    parts.append(.expression(expression))
  }

  mutating func end() throws(TemplateError) {
    if !inQuery {
      try endSegment()
    } else if name != nil || !text.isEmpty || !query.isEmpty {
      endParameter()
    }
  }

  private func refuseBlanks() throws(TemplateError) {
    guard let blanks else { return }
    throw TemplateError("white space in a request's path; write `%20` for a space", offset: blanks)
  }

  private mutating func endText() {
    guard !text.isEmpty else { return }
    parts.append(.literal(text, offset: textOffset))
    text = []
  }

  private mutating func endSegment() throws(TemplateError) {
    endText()
    defer { parts = [] }
    var hasValues = false
    var segment: [RequestTemplate.SegmentPart] = []
    for part in parts {
      switch part {
      case .literal(let bytes, let offset):
        if parts.count == 1, PercentEncoding.hasDotSegment(bytes) {
          throw TemplateError("a dot segment in a request's path; write the path that is meant", offset: offset)
        }
        segment.append(.literal(Self.encoded(bytes, PercentEncoding.path)))
      case .expression(let expression):
        hasValues = true
        segment.append(rest.map(expression.isCapture) == true ? .rest(expression) : .value(expression))
      }
    }
    if hasValues {
      path.append(.segment(segment))
      return
    }
    var literal: [UInt8] = [UInt8(ascii: "/")]
    for case .literal(let bytes) in segment { literal += bytes }
    if case .literal(let before)? = path.last {
      path[path.count - 1] = .literal(before + literal)
    } else {
      path.append(.literal(literal))
    }
  }

  private mutating func endParameter() {
    let encodedText = Self.encoded(text, PercentEncoding.query)
    if let name, !parts.isEmpty {
      if parts.count == 1, text.isEmpty, case .expression(let expression) = parts[0] {
        query.append(.value(name: name, expression))
      } else {
        endText()
        query.append(.mixed(name: name, parts.map(Self.encodedForQuery)))
      }
    } else {
      let whole = (name ?? []) + encodedText
      if case .literal(let before)? = query.last {
        query[query.count - 1] = .literal(before + [UInt8(ascii: "&")] + whole)
      } else {
        query.append(.literal(whole))
      }
    }
    (parts, text, name) = ([], [], nil)
  }

  private static func encodedForQuery(_ part: TemplatePart) -> TemplatePart {
    guard case .literal(let bytes, let offset) = part else { return part }
    return .literal(encoded(bytes, PercentEncoding.query), offset: offset)
  }

  private static func encoded(_ bytes: [UInt8], _ allowed: PercentEncoding.Allowed) -> [UInt8] {
    var result: [UInt8] = []
    bytes.withUnsafeBytes { PercentEncoding.appendEncoded($0, keeping: allowed, to: &result) }
    return result
  }
}
