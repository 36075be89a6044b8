import Hashing

/// A request with a key. A value. Keys and owners may be secrets, and bodies are nobody's business: none of them is kept,
/// here or in Redis.
package struct KeyedRequest: Hashable, Sendable {
  /// Of the client's key and whose it is.
  let key: Hash256
  /// Of what is asked: equal where it is the same request again.
  let content: Hash256

  package init(key: Hash256, content: Hash256) {
    self.key = key
    self.content = content
  }
}
