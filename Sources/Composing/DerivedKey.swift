import Hashing
import Messages

/// A key made out of others. The same in every process, since backends are given it.
package enum DerivedKey {
  /// Returns 32 hexadecimal digits: half of SHA-256 over the parts, each with its length before it.
  package static func text(_ parts: [String]) -> String {
    var digest = Digest()
    for part in parts { digest.update("\(part.utf8.count):\(part)") }
    let words = Hash256(digest).words
    return withUnsafeBytes(of: (words.0, words.1)) { Hexadecimal.text($0) }
  }
}
