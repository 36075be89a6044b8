import Hashing
import Messages
import NIOCore

/// A strong entity tag (RFC 9110 §8.8.3): a hash of what makes a representation, so that two gateways that made the
/// same answer give it the same tag.
enum EntityTag {
  /// Fields that say how the body is to be read. Others, such as a request's outcome, change without it.
  private static let relevant = ["content-type", "content-encoding", "content-language"]

  /// Tells whether a text is a strong tag: `"`, characters, `"`.
  static func isOne(_ text: String) -> Bool {
    let bytes = text.utf8
    return bytes.count >= 2 && bytes.first == quote && bytes.last == quote
      && bytes.dropFirst().dropLast().allSatisfy { $0 >= 0x21 && $0 != quote && $0 != 0x7F }
  }

  private static let quote = UInt8(ascii: "\"")

  /// Returns the tag with its quotes.
  static func text(of body: ByteBuffer, headers: [HeaderField]) -> String {
    var digest = Digest()
    for name in relevant {
      for field in headers where field.isNamed(lowercase: name) {
        digest.update(counted: name)
        digest.update(counted: field.value)
      }
    }
    digest.update(UInt32.max)
    body.withUnsafeReadableBytes { digest.update($0) }
    let words = digest.words()
    let hex = withUnsafeBytes(of: (words.0, words.1)) { Hexadecimal.text($0) }
    return "\"\(hex)\""
  }
}
