import Messages

/// What came back for a `CallRequest`. Failures are values, never thrown.
package struct CallReply: Sendable {
  package enum Failure: Sendable {
    case timeout
    case connect(String)
    case queue
    /// Seconds until the breaker lets a call through again.
    case circuitOpen(retryAfter: Int)
    case invalid(String)
    case cancelled
  }

  package enum Result: Sendable {
    /// Any status; whether it counts as success is the call's business.
    case response(status: Int, headers: [HeaderField], body: [UInt8])
    case failure(Failure)
  }

  package var result: Result
  /// An earlier answer that stands in where this one turns out to be a failure.
  package var stale: Result?
  /// Whether a transfer was begun.
  package var wasSent: Bool

  package init(_ result: Result, wasSent: Bool = true) {
    self.result = result
    self.wasSent = wasSent
  }
}
