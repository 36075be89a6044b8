import Messages

/// Lists of entity tags (RFC 9110 §8.8.3), some of which are those of an answer in a coding.
enum CodedTags {
  /// The list with the tags that answers have without a coding, where it has them in one. `nil`: it has none.
  static func adding(to list: String, _ codings: [AnswerCoding]) -> String? {
    let plain = EntityTagList.strongTags(list).compactMap { tag in
      codings.lazy.map { "-\($0.rawValue)\"" }.first { tag.hasSuffix($0) }.map {
        String(tag.dropLast($0.utf8.count)) + "\""
      }
    }
    return plain.isEmpty ? nil : ([list] + plain).joined(separator: ", ")
  }
}
