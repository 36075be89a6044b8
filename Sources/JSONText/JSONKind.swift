/// The seven things that a JSON value can be (RFC 8259 tells `true` and `false` apart, and so does this).
public enum JSONKind: UInt8, Sendable {
  /// `{…}`
  case object = 1
  /// `[…]`
  case array = 2
  /// `"…"`
  case string = 3
  /// A number of any size; its text is what counts.
  case number = 4
  /// `true`
  case `true` = 5
  /// `false`
  case `false` = 6
  /// `null`
  case null = 7
}
