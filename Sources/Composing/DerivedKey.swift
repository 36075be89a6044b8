import CDigest
import Messages

/// A key made out of others.
package enum DerivedKey {
  /// Returns 32 hexadecimal digits: half of SHA-256 over the parts, each with its length before it.
  package static func text(_ parts: [String]) -> String {
    var bytes: [UInt8] = []
    for part in parts { bytes += "\(part.utf8.count):\(part)".utf8 }
    var digest = [UInt8](repeating: 0, count: 32)
    SHA256(bytes, bytes.count, &digest)
    return digest.prefix(16).withUnsafeBytes { Hexadecimal.text($0) }
  }
}
