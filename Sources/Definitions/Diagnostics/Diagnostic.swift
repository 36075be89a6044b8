import Plans

/// One thing that is wrong with a folder of definitions, or hardly meant, and where.
package struct Diagnostic: Hashable, Sendable {
  package enum Severity: String, Sendable {
    case error
    /// The folder can be served, but hardly does what was meant.
    case warning
  }

  package var severity: Severity
  /// Line 0 where it is about a whole file or folder.
  package var location: SourceLocation
  /// One line: what was found; what is allowed.
  package var message: String
  /// What to write instead: "did you mean `timeout`?".
  package var hint: String?
  /// The line at fault, as the file has it.
  package var excerpt: String?
  /// Scalars of that line that are at fault, from the location on.
  package var length = 1

  package init(
    _ severity: Severity = .error, at location: SourceLocation, _ message: String, hint: String? = nil,
    excerpt: String? = nil, length: Int = 1
  ) {
    self.severity = severity
    self.location = location
    self.message = message
    self.hint = hint
    self.excerpt = excerpt
    self.length = length
  }

  /// The same of a file of which nothing is shown.
  var withoutContent: Diagnostic {
    var diagnostic = self
    diagnostic.excerpt = nil
    diagnostic.message.replace(/`[^`]*`/, with: "`…`")
    if hint?.contains("did you mean") == true { diagnostic.hint = nil }
    return diagnostic
  }

  /// `file:line:column: error: message; hint`, without the excerpt.
  package var headline: String {
    let place = location.line > 0 ? "\(location)" : location.file
    return "\(place): \(severity.rawValue): \(message)" + (hint.map { "; \($0)" } ?? "")
  }

  /// The headline, and below it the line at fault, what is wrong in it underlined.
  package var text: String {
    guard location.line > 0, let excerpt, !excerpt.isEmpty else { return headline }
    return "\(headline)\n\(Excerpt(line: excerpt, column: location.column, length: length).text)"
  }
}
