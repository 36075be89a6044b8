import JSONText
import Messages

/// Fills in the templates that make a request: a scope does for one that is sent; an explanation does as far as it knows
/// what they read.
package protocol TemplateFiller {
  /// Returns path and query in origin form (RFC 9112 §3.2.1).
  func target(of request: RequestTemplate) throws(RenderFailure) -> String
  /// Returns the line, or `nil` where it is left out.
  func field(of header: HeaderTemplate) throws(RenderFailure) -> HeaderField?
  func value(of template: TextTemplate) throws(RenderFailure) -> JSONValue
  /// Returns `nil` for a single expression that gives null.
  func text(of template: TextTemplate) throws(RenderFailure) -> String?
  /// Writes the value of `template`; after a failure `writer` holds half of it.
  func write(_ template: ValueTemplate, into writer: inout JSONWriter) throws(RenderFailure)
}

extension Scope: TemplateFiller {
  package func target(of request: RequestTemplate) throws(RenderFailure) -> String { try request.target(self) }

  package func field(of header: HeaderTemplate) throws(RenderFailure) -> HeaderField? { try header.render(self) }

  package func value(of template: TextTemplate) throws(RenderFailure) -> JSONValue { try template.value(self) }

  package func text(of template: TextTemplate) throws(RenderFailure) -> String? { try template.text(self) }

  package func write(_ template: ValueTemplate, into writer: inout JSONWriter) throws(RenderFailure) {
    try template.render(into: &writer, self)
  }
}
