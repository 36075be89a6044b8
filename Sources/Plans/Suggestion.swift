import JMESPath

/// Finds what somebody probably meant.
package enum Suggestion {
  /// "did you mean `timeout`?", or `nil` where nothing is near enough.
  package static func hint(for word: String, among candidates: some Sequence<String>) -> String? {
    nearest(to: word, among: candidates).map { "did you mean `\($0)`?" }
  }

  /// The candidate with the fewest edits, about a third of the word's length at most; the first of equals.
  package static func nearest(to word: String, among candidates: some Sequence<String>) -> String? {
    let wanted = letters(word)
    let bound = wanted.count <= 4 ? 1 : (wanted.count + 2) / 3
    var best: (String, Int)?
    for candidate in candidates where candidate != word {
      let distance = EditDistance.between(wanted, letters(candidate))
      if distance <= bound, distance < best?.1 ?? .max { best = (candidate, distance) }
    }
    return best?.0
  }

  /// Returns how many edits make one of the other, in any case.
  package static func distance(_ left: String, _ right: String) -> Int {
    EditDistance.between(letters(left), letters(right))
  }

  private static func letters(_ text: String) -> [Unicode.Scalar] { Array(text.lowercased().unicodeScalars) }
}
