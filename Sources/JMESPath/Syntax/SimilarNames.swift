/// Finds what a misspelt name was probably meant to be. Case and underscores are free.
enum SimilarNames {
  /// "did you mean …", or nil where nothing is near.
  static func hint(_ name: String, among known: [String], prefix: String = "", suffix: String = "") -> String? {
    let wanted = letters(String(name.prefix(64)))
    let allowed = max(1, min(3, name.utf8.count / 3))
    let nearest = known.map { (name: $0, distance: EditDistance.between(wanted, letters($0))) }
      .min { $0.distance < $1.distance }
    guard let nearest else { return nil }
    if nearest.distance <= allowed { return "did you mean \(prefix)\(nearest.name)\(suffix)?" }
    let longer = wanted.count > 2 ? known.first { $0.hasPrefix(name) } : nil
    return longer.map { "did you mean \(prefix)\($0)\(suffix)?" }
  }

  private static func letters(_ name: String) -> [UInt8] {
    name.utf8.filter { $0 != UInt8(ascii: "_") }.map { $0 | 0x20 }
  }
}

/// How far one word is from another: insertions, deletions, replacements and swaps of neighbours (optimal string
/// alignment).
package enum EditDistance {
  package static func between<Letter: Equatable>(_ a: [Letter], _ b: [Letter]) -> Int {
    var before: [Int] = []
    var above = Array(0...b.count)
    for i in a.indices {
      var row = [i + 1]
      for j in b.indices {
        var best = min(above[j + 1] + 1, row[j] + 1, above[j] + (a[i] == b[j] ? 0 : 1))
        if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { best = min(best, before[j - 1] + 1) }
        row.append(best)
      }
      (before, above) = (above, row)
    }
    return above[b.count]
  }
}
