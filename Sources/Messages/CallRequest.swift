/// One call to a backend, with everything filled in: what a composition asks for and what goes out. Equal calls of one
/// composite are made once.
package struct CallRequest: Hashable, Sendable {
  /// Index in the plan's backends.
  package var backend: Int
  /// Upper-case, as on the wire.
  package var method: String
  /// Origin form (`/path?query`), encoded; goes after the address's base path as it is.
  package var target: String
  /// Sent in this order, after the backend's own. An `Accept` here replaces `Accept: application/json`. Whoever sets
  /// a body sets its `Content-Type`.
  package var headers: [HeaderField]
  /// Lines that every call of a composite sends, after its own.
  package var commonHeaders: HeaderText?
  package var body: [UInt8]?
  /// An unsafe method may be repeated (the client sent an `Idempotency-Key`).
  package var isRepeatable = false
  /// The value of the backend's `hash(…)`; `nil`: addresses take turns.
  package var balanceKey: String?
  /// Index of the call by whose `cache` the reply may be kept; `nil`: it may not.
  package var cachedBy: Int?
  /// Names to purge what is kept by.
  package var tags: [String] = []
  /// Asks for the answer's headers; without it they may be dropped (a failed status keeps them anyway).
  package var keepsHeaders = false

  package init(backend: Int, method: String, target: String, headers: [HeaderField] = [], body: [UInt8]? = nil) {
    self.backend = backend
    self.method = method
    self.target = target
    self.headers = headers
    self.body = body
  }
}
