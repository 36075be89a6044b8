import Hashing
import Messages

/// A key that nobody has yet: 256 random bits. A value.
package struct NewKey {
  /// To be given to the client.
  package let text: String
  /// To be kept; in hex.
  package let sha256: String

  /// By the system's generator, which is fit for secrets.
  package init() {
    var system = SystemRandomNumberGenerator()
    let bytes = (0..<32).map { _ in UInt8.random(in: .min ... .max, using: &system) }
    text = "weft_" + bytes.withUnsafeBytes { Hexadecimal.text($0) }
    sha256 = Hash256(of: text).hex
  }
}
