/// What an endpoint wants of a request's body.
package enum BodyMode: Hashable, Sendable {
  /// Served when the head is in; the body is read and dropped.
  case ignored
  /// Served when the whole body is in; above `max` bytes the client gets 413.
  case buffered(max: Int)
  /// Served when the head is in; the body is taken piece by piece.
  case streamed
}
