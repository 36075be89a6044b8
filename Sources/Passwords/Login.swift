/// A user and a password as a client sends them (RFC 7617). A value; it stands in no message.
package struct Login: Sendable {
  package let user: String
  package let password: String

  /// - Parameter credential: what follows the scheme: Base64 (RFC 4648 §4), padded, of UTF-8, spelt in the one way that
  ///   there is; a user without a colon, a colon, a password; neither has control characters.
  package init?(_ credential: String) {
    guard let bytes = Self.decode(Array(credential.utf8)), let text = String(validating: bytes, as: UTF8.self),
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

  private static func decode(_ text: [UInt8]) -> [UInt8]? {
    let padding = text.suffix(2).reduce(0) { $0 + ($1 == UInt8(ascii: "=") ? 1 : 0) }
    guard text.count.isMultiple(of: 4) else { return nil }
    var bytes: [UInt8] = []
    var (bits, count): (UInt32, UInt32) = (0, 0)
    for character in text.dropLast(padding) {
      guard let value = value(of: character) else { return nil }
      bits = bits &<< 6 | value
      count += 6
      guard count >= 8 else { continue }
      count -= 8
      bytes.append(UInt8(truncatingIfNeeded: bits &>> count))
    }
    // What is left over says nothing, or the text could be spelt in two ways.
    guard bits & (1 &<< count &- 1) == 0 else { return nil }
    return bytes
  }

  private static func value(of character: UInt8) -> UInt32? {
    switch character {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(character - UInt8(ascii: "A"))
    case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(character - UInt8(ascii: "a") + 26)
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(character - UInt8(ascii: "0") + 52)
    case UInt8(ascii: "+"): 62
    case UInt8(ascii: "/"): 63
    default: nil
    }
  }
}
