import Messages

/// A header line whose value is a template. *Immutable*; a class for the same reason as `TextTemplate`.
package final class HeaderTemplate: Sendable {
  /// The name as written; checked to be a token when the definition was loaded.
  package let name: String
  package let value: TextTemplate
  private let constant: HeaderField?

  /// A constant value must be allowed (`isAllowed`): else the header would fail every request.
  package init(name: String, value: TextTemplate) {
    self.name = name
    self.value = value
    // A list is lines of an answer, else text.
    constant = value.constantValue?.kind == .array ? nil : value.constant.map { HeaderField(name, $0) }
  }

  /// In lower case, with `-` for `_`: a client's header that is meant so does not pass beside it.
  package var meantName: String { HeaderField.withoutUnderscores(name).lowercased() }

  /// Whether it is written as a literal `null`: what the gateway would send by itself under this name is left out, too.
  package var isLeftOut: Bool { value.constantValue?.isNull == true }

  /// The number of lines of an answer that a list gives at most.
  static let maxLines = 256

  /// Makes the line; `nil` where the value is null and the header is left out. A value that is not allowed is
  /// `forbiddenCharacter`.
  package func render(_ scope: Scope) throws(RenderFailure) -> HeaderField? {
    if let constant { return constant }
    return try value.text(scope).map(field)
  }

  /// Makes the lines of an answer: one for each element of a list, whose elements have to be texts (`noText`), else as
  /// `render`. One that can't be sent leaves them all out.
  package func lines(_ scope: Scope) throws(RenderFailure) -> [HeaderField] {
    if let constant { return [constant] }
    let value = try self.value.value(scope)
    guard let elements = value.elements else {
      guard value.hasBoundedText else { throw failure(.tooLargeForText) }
      return value.isNull ? [] : [try field(value.text)]
    }
    guard elements.count <= Self.maxLines else { throw failure(.tooManyLines) }
    return try elements.map { element throws(RenderFailure) in
      guard let text = element.string else { throw failure(.noText) }
      return try field(text)
    }
  }

  /// Makes the line of a value that is known; throws `forbiddenCharacter` where it is not allowed.
  package func field(_ text: String) throws(RenderFailure) -> HeaderField {
    guard Self.isAllowed(text) else { throw failure(.forbiddenCharacter) }
    return HeaderField(name, text)
  }

  private func failure(_ reason: RenderFailure.Reason) -> RenderFailure {
    let source = value.isSingleExpression ? value.expressions[0].source : value.source
    return RenderFailure(reason, source: source, reads: value.references.map(\.path))
  }

  /// Tells whether a text can be the value of a header line (RFC 9110 §5.5): no control character but the tab. Some
  /// readers take other ones than CR and LF for the end of a line.
  package static func isAllowed(_ text: String) -> Bool {
    text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }
  }
}

extension [HeaderTemplate] {
  /// Tells whether a name, in lower case, is written as `null`.
  package func leaveOut(_ lowercase: StaticString) -> Bool {
    contains { $0.isLeftOut && HeaderField($0.name, "").isNamed(lowercase) }
  }
}

/// Prints as the file has it: a constant may be a secret.
extension HeaderTemplate: CustomStringConvertible, CustomReflectable {
  package var description: String { "\(name): \(value)" }
  package var customMirror: Mirror { Mirror(self, children: ["name": name, "value": value]) }
}
