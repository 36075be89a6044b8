import Hashing
import Messages

/// A SHA-256: of a client's key and whose it is, or of what a request asks. Keys and owners may be secrets, and bodies are
/// nobody's business: none of them is kept, here or in Redis.
package struct RequestHash: Sendable {
  let words: (UInt64, UInt64, UInt64, UInt64)

  package init(_ digest: consuming Digest) {
    words = digest.words()
  }

  /// 64 lower-case hexadecimal digits.
  var hex: String { withUnsafeBytes(of: words) { Hexadecimal.text($0) } }
}

extension RequestHash: Hashable {
  package static func == (left: RequestHash, right: RequestHash) -> Bool { left.words == right.words }

  /// One word will do: the words are a cryptographic hash's.
  package func hash(into hasher: inout Hasher) { hasher.combine(words.0) }
}

/// A request with a key. A value.
package struct KeyedRequest: Hashable, Sendable {
  /// Of the key and whose it is.
  let key: RequestHash
  /// Of what is asked: equal where it is the same request again.
  let content: RequestHash

  package init(key: RequestHash, content: RequestHash) {
    self.key = key
    self.content = content
  }
}
