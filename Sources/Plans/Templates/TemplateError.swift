/// What is wrong with a template's text, found when it is compiled.
package struct TemplateError: Error, Hashable, Sendable {
  /// One line, without the place; what was found, and what is allowed.
  package var message: String
  /// Bytes from the start of the compiled text.
  package var offset: Int
  /// What to write instead.
  package var hint: String?

  package init(_ message: String, offset: Int, hint: String? = nil) {
    self.message = message
    self.offset = offset
    self.hint = hint
  }
}
