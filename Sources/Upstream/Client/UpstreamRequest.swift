import Messages
import Timing

/// One call, with a body and an answer in memory.
package struct UpstreamRequest: Sendable {
  /// Index into the plans that `Backends` was made of.
  package var backend: Int
  /// Upper-case, as on the wire.
  package var method: String
  /// Origin form (`/path?query`), encoded; goes after the address's base path as it is.
  package var target: String
  /// Sent in this order, after the backend's own. An `Accept` here replaces `Accept: application/json`. Whoever sets
  /// a body sets its `Content-Type`.
  package var headers: [HeaderField]
  /// Lines sent after them.
  package var commonHeaders: HeaderText?
  package var body: [UInt8]?
  /// Of all attempts, and of waiting for them.
  package var deadline: Instant
  /// An unsafe method may be repeated (the client sent an `Idempotency-Key`).
  package var isRepeatable: Bool
  /// The value of the backend's `hash(…)`; `nil`: addresses take turns.
  package var balanceKey: String?
  /// Whether the response's headers are wanted.
  package var keepsHeaders: Bool

  package init(
    backend: Int, method: String, target: String, headers: [HeaderField] = [], body: [UInt8]? = nil,
    deadline: Instant, isRepeatable: Bool = false, balanceKey: String? = nil, keepsHeaders: Bool = false
  ) {
    self.backend = backend
    self.method = method
    self.target = target
    self.headers = headers
    self.body = body
    self.deadline = deadline
    self.isRepeatable = isRepeatable
    self.balanceKey = balanceKey
    self.keepsHeaders = keepsHeaders
  }
}
