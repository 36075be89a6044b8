import Messages

/// A header line whose value is a template. *Immutable*; a class for the same reason as `TextTemplate`.
package final class HeaderTemplate: Sendable {
  /// As written; checked to be a token when the definition was loaded.
  package let name: String
  package let value: TextTemplate
  private let constant: HeaderField?

  /// A constant value must be allowed (`isAllowed`): else the header would fail every request.
  package init(name: String, value: TextTemplate) {
    self.name = name
    self.value = value
    constant = value.constant.map { HeaderField(name, $0) }
  }

  /// `nil` where the value is null: the header is left out. A value that is not allowed is
  /// `forbiddenCharacter`.
  package func render(_ scope: Scope) throws(RenderFailure) -> HeaderField? {
    if let constant { return constant }
    guard let text = try value.text(scope) else { return nil }
    guard Self.isAllowed(text) else {
      throw RenderFailure(.forbiddenCharacter, source: value.source, reads: value.references.map(\.path))
    }
    return HeaderField(name, text)
  }

  /// Whether a text can be the value of a header line (RFC 9110 §5.5): no control character but the tab. Some readers
  /// take other ones than CR and LF for the end of a line.
  package static func isAllowed(_ text: String) -> Bool {
    text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }
  }
}

/// Prints as the file has it: a constant may be a secret.
extension HeaderTemplate: CustomStringConvertible, CustomReflectable {
  package var description: String { "\(name): \(value)" }
  package var customMirror: Mirror { Mirror(self, children: ["name": name, "value": value]) }
}
