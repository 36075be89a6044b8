import Hashing
import Messages

/// Names one counter: half of a SHA-256 over a limit and the value that it counts by. Values may be secrets, and as long
/// as a header: neither is kept, here or in Redis. Without a salt of the process, since a fleet shares them.
struct CounterKey: Sendable {
  let words: (UInt64, UInt64)

  init(_ words: (UInt64, UInt64)) {
    self.words = words
  }

  init(_ digest: consuming Digest) {
    let words = Hash256(digest).words
    self.init((words.0, words.1))
  }

  /// 32 lower-case hexadecimal digits.
  var hex: String { withUnsafeBytes(of: words) { Hexadecimal.text($0) } }
}

extension CounterKey: Hashable {
  static func == (left: CounterKey, right: CounterKey) -> Bool { left.words == right.words }

  /// One word will do: the words are a cryptographic hash's.
  func hash(into hasher: inout Hasher) { hasher.combine(words.1) }
}
