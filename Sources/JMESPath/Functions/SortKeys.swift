/// What is sorted by: all numbers or all strings.
enum SortKeys {
  case numbers([Decimal])
  case strings([String])

  private var count: Int {
    switch self {
    case .numbers(let numbers): numbers.count
    case .strings(let strings): strings.count
    }
  }

  /// Comparisons, and the bytes that they may read, in steps.
  var sortingCost: Int {
    let rounds = 2 * max(1, Int.bitWidth - count.leadingZeroBitCount)
    switch self {
    case .numbers(let numbers): return rounds * numbers.reduce(0) { $0 + 1 + $1.comparingCost }
    case .strings(let strings): return rounds * strings.reduce(0) { $0 + 1 + $1.utf8.count >> 5 }
    }
  }

  /// The places of the keys in ascending order; equal ones stay in theirs.
  func order() -> [Int] {
    let places = Array(0..<count)
    switch self {
    case .numbers(let numbers):
      return places.sorted {
        let order = numbers[$0].compared(to: numbers[$1])
        return order != 0 ? order < 0 : $0 < $1
      }
    case .strings(let strings):
      return places.sorted {
        let order = CodePoints.compare(strings[$0], strings[$1])
        return order != 0 ? order < 0 : $0 < $1
      }
    }
  }

  /// The place of the first of the largest (`wanted` 1) or smallest (-1) keys.
  func extreme(_ wanted: Int) -> Int? {
    var best: Int?
    for place in 0..<count where best.map({ compare(place, $0) == wanted }) ?? true { best = place }
    return best
  }

  private func compare(_ left: Int, _ right: Int) -> Int {
    switch self {
    case .numbers(let numbers): numbers[left].compared(to: numbers[right])
    case .strings(let strings): CodePoints.compare(strings[left], strings[right])
    }
  }
}
