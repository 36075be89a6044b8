/// Finds what a misspelt name was probably meant to be.
enum SimilarNames {
  /// "did you mean …", or nil where nothing is near.
  static func hint(_ name: String, among known: [String], prefix: String = "", suffix: String = "") -> String? {
    let wanted = Array(name.utf8.prefix(64))
    let allowed = max(1, min(3, wanted.count / 3))
    let nearest = known.map { (name: $0, distance: distance(wanted, Array($0.utf8))) }
      .min { $0.distance < $1.distance }
    guard let nearest, nearest.distance <= allowed else { return nil }
    return "did you mean \(prefix)\(nearest.name)\(suffix)?"
  }

  /// Levenshtein's distance; neighbours that swapped places count once (Damerau). Case and underscores are free.
  private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
    let a = left.filter { $0 != UInt8(ascii: "_") }.map { $0 | 0x20 }
    let b = right.filter { $0 != UInt8(ascii: "_") }.map { $0 | 0x20 }
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
