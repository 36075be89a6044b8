/// Something that a template reads of its scope.
package struct TemplateReference: Hashable, Sendable {
  /// `["path", "userId"]`. It ends early where the rest is computed or used whole: `["orders"]` is all of `orders`, an
  /// empty path is the whole scope.
  package var path: [String]
  /// Bytes from the start of the template's text to the first identifier.
  package var offset: Int

  package init(path: [String], offset: Int) {
    self.path = path
    self.offset = offset
  }
}
