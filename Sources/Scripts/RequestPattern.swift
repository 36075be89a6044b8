import Plans

/// Which requests to a backend an answer is for: `GET /users/42`, `* /users/*`, or `*` for all. A value.
package struct RequestPattern: Sendable {
  /// As it was written.
  package let text: String
  /// `nil`: any.
  private let method: String?
  /// `nil`: any.
  private let path: Wildcard?
  /// Of the query; `nil`: whatever it is.
  private let query: Wildcard?

  /// `nil` where the text is none: a method or `*`, a space, and a path that begins with `/`; or `*`.
  package init?(_ text: String) {
    self.text = text
    let words = text.split(separator: " ")
    if text == "*" {
      (method, path, query) = (nil, nil, nil)
      return
    }
    guard words.count == 2, words[1].hasPrefix("/") || words[1].hasPrefix("*"),
      words[0] == "*" || words[0].utf8.allSatisfy({ (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) })
    else { return nil }
    method = words[0] == "*" ? nil : String(words[0])
    let parts = words[1].split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    path = Wildcard(String(parts[0]))
    query = parts.count > 1 ? Wildcard(String(parts[1])) : nil
  }

  /// - Parameter target: path and query, as they are sent; what is escaped in them may stand in the pattern as it is.
  package func matches(_ method: String, _ target: String) -> Bool {
    if let own = self.method, own != method { return false }
    return matches(target) || target.unescaped.map(matches) ?? false
  }

  private func matches(_ target: String) -> Bool {
    let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    if let path, !path.matches(parts[0]) { return false }
    guard let query else { return true }
    return query.matches(parts.count > 1 ? parts[1] : "")
  }
}

extension String {
  /// `nil` where nothing is escaped, an escape is none, or what is escaped makes no text.
  package var unescaped: String? {
    guard utf8.contains(UInt8(ascii: "%")) else { return nil }
    return PercentDecoding.bytes(self).flatMap { String(validating: $0, as: UTF8.self) }
  }
}
