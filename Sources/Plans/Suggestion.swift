/// Finds what somebody probably meant.
package enum Suggestion {
  /// "did you mean `timeout`?", or `nil` where nothing is near enough.
  package static func hint(for word: String, among candidates: some Sequence<String>) -> String? {
    nearest(to: word, among: candidates).map { "did you mean `\($0)`?" }
  }

  /// The candidate with the fewest edits, about a third of the word's length at most; the first of equals.
  package static func nearest(to word: String, among candidates: some Sequence<String>) -> String? {
    let lowered = Array(word.lowercased().unicodeScalars)
    let bound = lowered.count <= 4 ? 1 : (lowered.count + 2) / 3
    var best: (String, Int)?
    for candidate in candidates where candidate != word {
      let distance = edits(lowered, Array(candidate.lowercased().unicodeScalars))
      if distance <= bound, distance < best?.1 ?? .max { best = (candidate, distance) }
    }
    return best?.0
  }

  /// How many edits make one of the other, in any case.
  package static func distance(_ left: String, _ right: String) -> Int {
    edits(Array(left.lowercased().unicodeScalars), Array(right.lowercased().unicodeScalars))
  }

  /// Insertions, deletions, replacements and swaps of neighbours (optimal string alignment).
  private static func edits(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar]) -> Int {
    var rows = [[Int]](repeating: Array(repeating: 0, count: right.count + 1), count: left.count + 1)
    for row in 0...left.count { rows[row][0] = row }
    for column in 0...right.count { rows[0][column] = column }
    guard !left.isEmpty, !right.isEmpty else { return max(left.count, right.count) }
    for row in 1...left.count {
      for column in 1...right.count {
        let cost = left[row - 1] == right[column - 1] ? 0 : 1
        var least = min(rows[row - 1][column] + 1, rows[row][column - 1] + 1, rows[row - 1][column - 1] + cost)
        if row > 1, column > 1, left[row - 1] == right[column - 2], left[row - 2] == right[column - 1] {
          least = min(least, rows[row - 2][column - 2] + 1)
        }
        rows[row][column] = least
      }
    }
    return rows[left.count][right.count]
  }
}
