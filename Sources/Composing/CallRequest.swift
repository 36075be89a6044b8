import Messages

/// A request to a backend, with everything filled in. Equal requests of one composite are made once.
package struct CallRequest: Hashable, Sendable {
  /// Index in the plan's backends.
  package var backend: Int
  package var method: String
  /// Path and query, encoded; starts with `/`.
  package var target: String
  package var headers: [HeaderField]
  /// Lines that every call of a composite sends, after its own.
  package var commonHeaders: HeaderText?
  package var body: [UInt8]?
  /// The client vouched for repeating an unsafe method by sending an `Idempotency-Key`.
  package var isRepeatable = false
  /// Value of the backend's `hash(…)` expression.
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
