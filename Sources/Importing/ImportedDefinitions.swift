/// Definitions that were made of another gateway's configuration.
package struct ImportedDefinitions: Sendable {
  /// Names and texts, `gateway.yaml` first where there is one.
  package var files: [(name: String, text: String)]
  /// What could not be said, or only nearly, in the order of its places.
  package var remarks: [ImportRemark]

  /// All files as one text: each begins with a line `# file: NAME`.
  package var text: String {
    files.map { "# file: \($0.name)\n\($0.text)" }.joined(separator: "\n")
  }
}

/// Something in a configuration that the definitions don't say, or say otherwise.
package struct ImportRemark: Hashable, Sendable {
  /// Where it stands: a JSON pointer, or line and column.
  package var place: String
  package var message: String
  /// The path in the configuration that decides beside which definition the comment stands.
  var path: String
}

/// Why nothing was made of a configuration.
package struct ImportError: Error, Hashable, Sendable {
  /// `line:column`, where it is known.
  package var place: String?
  package var message: String

  package init(_ message: String, at place: String? = nil) {
    self.message = message
    self.place = place
  }
}
