/// How a call ended, after its retries. Failures are values, never thrown.
package struct CallReply: Sendable {
  package enum Result: Sendable {
    /// Any status; whether it counts as success is the call's business. `headers` may be empty below status 400 where
    /// nobody asked for them.
    case response(status: Int, headers: [HeaderField], body: [UInt8])
    case failure(CallFailure)
  }

  package var result: Result
  /// An earlier answer that stands in where this one turns out to be a failure.
  package var stale: Result?
  /// Whether a transfer was begun, of this attempt or an earlier one.
  package var wasSent: Bool
  /// What else is to be said of a failure. For the log, and for clients where the route says `exposeErrors`.
  package var note: String?

  package init(_ result: Result, wasSent: Bool = true) {
    self.result = result
    self.wasSent = wasSent
  }
}
