/// What a delegate has for the request's body just now.
package enum BodyPull: Hashable, Sendable {
  /// So many bytes were put into the buffer; at least one.
  case bytes(Int)
  /// Nothing yet: asked again after `resumeSending`.
  case wait
  /// The body is complete. Before the announced length is reached it is taken for `abort`.
  case end
  /// The body will never be complete: the transfer ends as cancelled, and the backend sees a broken request.
  case abort
}
