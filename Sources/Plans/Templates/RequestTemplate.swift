import JSONText

/// The request of a call or proxy: `GET users /users/${path.userId}?unread=true`. Compiled once. *Immutable*; a class
/// for the same reason as `TextTemplate`.
///
/// What is literal is encoded when it is compiled, and what is interpolated is encoded for its position, so that no
/// value can add a path segment, a parameter or a host.
package final class RequestTemplate: Sendable {
  enum PathStep: Sendable {
    /// Whole segments, each with its leading slash, encoded.
    case literal([UInt8])
    /// One segment with values in it, without its slash.
    case segment([SegmentPart])
  }

  enum SegmentPart: Sendable {
    case literal([UInt8])
    case value(TemplateExpression)
    /// A `*rest` capture: keeps slashes and its own escapes; may be empty.
    case rest(TemplateExpression)
  }

  enum QueryStep: Sendable {
    /// Whole parameters, without the separator before the first.
    case literal([UInt8])
    /// `name=` and its only value: left out where that is null.
    case value(name: [UInt8], TemplateExpression)
    /// `name=` and a value of several parts.
    case mixed(name: [UInt8], [TemplatePart])
  }

  /// A bound on what values can make of a target, in bytes.
  package static let maxTargetBytes = 64 * 1024

  /// Upper case; empty for a proxy, which sends the client's.
  package let method: String
  /// Index into `GatewayPlan.backends`.
  package let backend: Int
  /// The whole line, as the file has it.
  package let source: String
  /// The template has a `?`, even one with nothing after it.
  package let hasQuery: Bool
  /// The expressions in the order of the text; their offsets are bytes of `source`.
  package let expressions: [TemplateExpression]
  let path: [PathStep]
  let query: [QueryStep]
  /// The target, where it is the same for every request.
  package let constant: String?

  init(
    line: RequestLine, backend: Int, hasQuery: Bool, path: [PathStep], query: [QueryStep],
    expressions: [TemplateExpression]
  ) {
    method = line.method
    self.backend = backend
    source = line.text
    self.hasQuery = hasQuery
    self.path = path
    self.query = query
    self.expressions = expressions
    constant = expressions.allSatisfy { $0.constant != nil } ? try? Self.target(path, query, Scope()) : nil
  }

  /// What it reads; offsets are bytes of `source`.
  package var references: [TemplateReference] { expressions.flatMap(\.references) }

  /// Makes path and query in origin form (RFC 9112 §3.2.1): ASCII, starting with `/`.
  package func target(_ scope: Scope) throws(RenderFailure) -> String {
    if let constant { return constant }
    guard let target = try Self.target(path, query, scope) else {
      throw RenderFailure(.tooLong, reads: references.map(\.path))
    }
    return target
  }

  /// Makes the target; `nil` beyond the bound on its length.
  private static func target(
    _ path: [PathStep], _ query: [QueryStep], _ scope: Scope
  ) throws(RenderFailure) -> String? {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(128)
    for (index, step) in path.enumerated() { try append(step, isLast: index == path.count - 1, to: &bytes, scope) }
    if bytes.isEmpty { bytes.append(UInt8(ascii: "/")) }
    var separator = UInt8(ascii: "?")
    for step in query { try append(step, to: &bytes, &separator, scope) }
    return bytes.count <= maxTargetBytes ? String(decoding: bytes, as: UTF8.self) : nil
  }

  /// - Parameter isLast: nothing of the path stands behind it.
  static func append(
    _ step: PathStep, isLast: Bool, to bytes: inout [UInt8], _ scope: Scope
  ) throws(RenderFailure) {
    switch step {
    case .literal(let literal): bytes.append(contentsOf: literal)
    case .segment(let parts):
      let slash = bytes.count
      bytes.append(UInt8(ascii: "/"))
      var restWasEmpty = false
      for part in parts {
        switch part {
        case .literal(let literal): bytes.append(contentsOf: literal)
        case .value(let expression):
          let value = try expression.evaluateForText(scope)
          let before = bytes.count
          value.withTextBytes { PercentEncoding.appendValue($0, to: &bytes) }
          if bytes.count == before { throw expression.failure(.emptySegment) }
        case .rest(let expression):
          let before = bytes.count
          try expression.evaluateForText(scope).withTextBytes {
            PercentEncoding.appendEncoded($0, keeping: PercentEncoding.path, to: &bytes)
          }
          restWasEmpty = bytes.count == before
        }
      }
      if restWasEmpty, bytes.count == slash + 1, !(isLast && scope.pathEndsInSlash) { bytes.removeLast() }
      guard !PercentEncoding.hasDotSegment(bytes[min(slash + 1, bytes.count)...]) else {
        throw dotFailure(parts)
      }
    }
  }

  private static func dotFailure(_ parts: [SegmentPart]) -> RenderFailure {
    for part in parts {
      switch part {
      case .literal: continue
      case .value(let expression), .rest(let expression): return expression.failure(.dotSegment)
      }
    }
    return RenderFailure(.dotSegment)
  }

  static func append(
    _ step: QueryStep, to bytes: inout [UInt8], _ separator: inout UInt8, _ scope: Scope
  ) throws(RenderFailure) {
    switch step {
    case .literal(let literal):
      bytes.append(separator)
      bytes.append(contentsOf: literal)
    case .value(let name, let expression):
      let value = try expression.evaluateForText(scope)
      if value.isNull { return }
      bytes.append(separator)
      bytes.append(contentsOf: name)
      value.withTextBytes { PercentEncoding.appendValue($0, to: &bytes) }
    case .mixed(let name, let parts):
      bytes.append(separator)
      bytes.append(contentsOf: name)
      for part in parts {
        switch part {
        case .literal(let literal, _): bytes.append(contentsOf: literal)
        case .expression(let expression):
          try expression.evaluateForText(scope).withTextBytes { PercentEncoding.appendValue($0, to: &bytes) }
        }
      }
    }
    separator = UInt8(ascii: "&")
  }
}
