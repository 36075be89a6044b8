import Messages

/// A user and a password as a client sends them (RFC 7617). A value; it stands in no message.
package struct Login: Sendable {
  package let user: String
  package let password: String

  /// - Parameter credential: what follows the scheme: Base64 (RFC 4648 §4), padded, of UTF-8, spelt in the one way that
  ///   there is; a user without a colon, a colon, a password; neither has control characters.
  package init?(_ credential: String) {
    guard let bytes = Base64.decode(credential.utf8), let text = String(validating: bytes, as: UTF8.self),
      let colon = text.utf8.firstIndex(of: UInt8(ascii: ":")), !Self.holdsControls(text)
    else { return nil }
    user = String(text[..<colon])
    password = String(text[text.utf8.index(after: colon)...])
    guard !user.isEmpty else { return nil }
  }

  /// What neither names nor passwords have (RFC 7617 §2).
  package static func holdsControls(_ text: String) -> Bool {
    text.unicodeScalars.contains { $0.properties.generalCategory == .control }
  }
}
