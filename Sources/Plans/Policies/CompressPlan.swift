import Messages

/// The answers that are compressed, and by what. A value.
package struct CompressPlan: Hashable, Sendable {
  /// Of those that a client likes as well as each other, the first counts.
  package var encodings = AnswerCoding.allCases
  /// In bytes; a smaller body goes out as it is.
  package var min = 1024
  package var types = MediaTypes(MediaTypes.usual)

  package init() {}
}

/// Media types (RFC 9110 §8.3.1) by their names, and by what they begin and end with. A value.
package struct MediaTypes: Hashable, Sendable {
  package static let usual = [
    "text/*", "application/json", "application/*+json", "application/x-ndjson", "application/javascript",
    "application/xml", "application/*+xml", "image/svg+xml",
  ]

  private struct Ends: Hashable {
    let first: String
    let last: String
  }

  private let exact: Set<String>
  private let ends: [Ends]

  /// - Parameter types: in lower case; a `*` stands for any text, once in each.
  package init(_ types: [String]) {
    exact = Set(types)
    ends = types.compactMap { type in
      type.firstIndex(of: "*").map { Ends(first: String(type[..<$0]), last: String(type[type.index(after: $0)...])) }
    }
  }

  /// As definitions have them, sorted.
  package var names: [String] { (exact.filter { !$0.contains("*") } + ends.map { "\($0.first)*\($0.last)" }).sorted() }

  /// - Parameter type: in lower case, without parameters.
  package func contain(_ type: String) -> Bool {
    exact.contains(type)
      || ends.contains { ends in
        type.utf8.count >= ends.first.utf8.count + ends.last.utf8.count && type.hasPrefix(ends.first)
          && type.hasSuffix(ends.last)
      }
  }
}
