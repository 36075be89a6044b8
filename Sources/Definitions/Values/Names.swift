import Plans

/// What names may look like.
enum Names {
  static let rule = "a name begins with a letter and goes on with letters, digits, `-` and `_`, at most 64 in all"
  static let identifierRule = "a name begins with a letter and goes on with letters, digits and `_`, at most 64 in all"

  /// Of a BFF or a backend.
  static func isName(_ text: String) -> Bool {
    isWord(text, also: "-_".utf8)
  }

  /// Of a call or a capture: what an expression can read without quotes.
  static func isIdentifier(_ text: String) -> Bool {
    isWord(text, also: "_".utf8)
  }

  private static func isWord(_ text: String, also: String.UTF8View) -> Bool {
    guard let first = text.utf8.first, isLetter(first), text.utf8.count <= 64 else { return false }
    return text.utf8.allSatisfy { isLetter($0) || (0x30...0x39).contains($0) || also.contains($0) }
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
  }
}
