/// A field of an answer that could not be made. Holds no values of the request, so it may be logged.
package struct FieldFailure: Hashable, Sendable {
  /// Its path in the answer: `savings`, `items[2].price`, `@` for the whole.
  package var field: String
  /// For the log.
  package var reason: String

  package init(_ field: String, reason: String) {
    self.field = field
    self.reason = reason
  }
}
