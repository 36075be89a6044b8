import Messages
import Timing
import Transfers

/// One pass-through request; the body, if there is one, is pulled from the delegate.
package struct UpstreamStreamRequest: Sendable {
  /// Index into the plans that `Backends` was made of.
  package var backend: Int
  /// The method as the client sent it.
  package var method: String
  /// Origin form (`/path?query`), encoded; goes after the address's base path as it is.
  package var target: String
  /// All header lines, as they go out; nothing is added, apart from `Host` where it is not among them.
  package var headers: [HeaderField]
  /// Lines sent after them.
  package var commonHeaders: HeaderText?
  /// Each attempt names a span of its own; `nil`: what names one is among the lines, if anything is.
  package var trace: TraceParent?
  package var bodyLength: BodyLength
  /// The time to the response's head, and to a slot. Without a body: from now, all attempts included. With a body:
  /// twice, from now to the slot and from the body's end to the head, as an upload may take its time.
  package var headTimeout: Duration
  package var idleTimeout: Duration
  /// An unsafe method may be repeated (the client sent an `Idempotency-Key`).
  package var isRepeatable: Bool
  /// Bytes of the body that are kept at most where the request may be repeated; once more were sent, it is not.
  package var retryBuffer = 0
  /// The value of the backend's `hash(…)`; `nil`: addresses take turns.
  package var balanceKey: String?

  package init(
    backend: Int, method: String, target: String, headers: [HeaderField], bodyLength: BodyLength,
    headTimeout: Duration, idleTimeout: Duration, isRepeatable: Bool = false, balanceKey: String? = nil
  ) {
    self.backend = backend
    self.method = method
    self.target = target
    self.headers = headers
    self.bodyLength = bodyLength
    self.headTimeout = headTimeout
    self.idleTimeout = idleTimeout
    self.isRepeatable = isRepeatable
    self.balanceKey = balanceKey
  }

  var hasBody: Bool {
    switch bodyLength {
    case .none, .known(0): false
    case .known, .unknown: true
    }
  }
}
