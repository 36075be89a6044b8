/// What the keys of a mapping mean for one another.
enum KeyRelation {
  /// Exactly one of these is given.
  case oneOf([String])
  /// The first is given together with all others only.
  case needs(String, [String])
  /// The first is given together with none of the others.
  case excludes(String, [String])
  /// The first is not true where the second is given.
  case isFalseWith(String, String)
}
