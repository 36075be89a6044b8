/// The functions of the language, by their names.
enum Function: String, CaseIterable, Sendable {
  case abs, avg, ceil, contains
  case endsWith = "ends_with"
  case findFirst = "find_first"
  case findLast = "find_last"
  case floor
  case fromItems = "from_items"
  case groupBy = "group_by"
  case items, join, keys, length, like, lower, map, matches, max
  case maxBy = "max_by"
  case merge, min
  case minBy = "min_by"
  case notNull = "not_null"
  case padLeft = "pad_left"
  case padRight = "pad_right"
  case replace, reverse, round, sort
  case sortBy = "sort_by"
  case split
  case startsWith = "starts_with"
  case sum
  case toArray = "to_array"
  case toNumber = "to_number"
  case toString = "to_string"
  case trim
  case trimLeft = "trim_left"
  case trimRight = "trim_right"
  case type, upper, values, zip

  /// The place in `allCases`, as a program holds it.
  var number: Int32 { Int32(clamping: Function.allCases.firstIndex(of: self)!) }

  static let byNumber = allCases

  /// How many arguments there have to be.
  var minimum: Int {
    switch self {
    case .contains, .endsWith, .findFirst, .findLast, .groupBy, .join, .like, .map, .matches, .maxBy, .minBy, .padLeft,
      .padRight,
      .sortBy, .split, .startsWith:
      2
    case .replace: 3
    default: 1
    }
  }

  /// How many arguments there may be; nil for any number.
  var maximum: Int? {
    switch self {
    case .merge, .notNull, .zip: nil
    case .findFirst, .findLast, .replace: 4
    case .padLeft, .padRight, .split: 3
    case .round, .trim, .trimLeft, .trimRight: 2
    default: minimum
    }
  }

  /// Which argument is an expression, such as `&name`.
  var expressionPosition: Int? {
    switch self {
    case .map: 0
    case .groupBy, .maxBy, .minBy, .sortBy: 1
    default: nil
    }
  }

  /// Which argument is a pattern: a literal text, compiled with the expression.
  var patternPosition: Int? {
    switch self {
    case .like, .matches: 1
    default: nil
    }
  }

  /// "takes 2 arguments"
  var arityText: String {
    func counted(_ count: Int) -> String { count == 1 ? "1 argument" : "\(count) arguments" }
    guard let maximum else { return "takes at least \(counted(minimum))" }
    return minimum == maximum ? "takes \(counted(minimum))" : "takes \(minimum) to \(counted(maximum))"
  }
}
