import Messages

/// Lists of entity tags (RFC 9110 §8.8.3), some of which are those of an answer in a coding.
enum CodedTags {
  /// The list with the tags that answers have without a coding, where it has them in one. `nil`: it has none.
  static func adding(to list: String, _ codings: [AnswerCoding]) -> String? {
    // No tag has a quote in it, so every other part is one.
    let parts = list.split(separator: "\"", omittingEmptySubsequences: false)
    var longer: String?
    for index in stride(from: 1, to: parts.count - 1, by: 2) where !parts[index - 1].hasSuffix("W/") {
      guard let coding = codings.first(where: { parts[index].hasSuffix("-\($0.rawValue)") }) else { continue }
      longer = (longer ?? list) + ", \"\(parts[index].dropLast(coding.rawValue.utf8.count + 1))\""
    }
    return longer
  }

  static func list(_ list: String, has etag: String) -> Bool {
    let parts = list.split(separator: "\"", omittingEmptySubsequences: false)
    return stride(from: 1, to: parts.count - 1, by: 2).contains { "\"\(parts[$0])\"" == etag }
  }
}
