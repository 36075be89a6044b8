import JSONText
import Messages

/// How a call ended, and with what.
package struct CallRecord: Sendable {
  package enum StandIn: String, Sendable {
    case fallback, stale
  }

  package var outcome: Outcome
  package var value = JSONValue.null
  package var used: StandIn?
  /// Of the backend's answer, where one came.
  package var status: Int?
  package var headers: [HeaderField] = []
  /// Whole milliseconds from begin to end; `nil` where no transfer was begun.
  package var milliseconds: Int?
  /// Of an `each`: items that failed, and items in all; equal ones of safe calls count once.
  package var failedItems: (failed: Int, of: Int)?
  /// The call that it reads and that failed, where it could not be formed for that reason.
  package var because: String?
  /// For `invalid-request`: only inputs of the client were involved.
  package var blamesClient = false
  /// Seconds; for `circuit-open`.
  package var retryAfter: Int?
  /// For the log, and for clients where the route says `exposeErrors`.
  package var detail: String?
  /// The backend's answer where its status was not accepted and the route says `exposeErrors`.
  package var exposedBody: [UInt8]?
  /// Of an `each`: how its first failed item ended.
  package var firstFailure: Outcome?

  package init(_ outcome: Outcome, value: JSONValue = .null) {
    self.outcome = outcome
    self.value = value
  }

  /// A failure that nothing fully stands in for: it makes an answer partial.
  package var isShortcoming: Bool { outcome.isFailure && used != .stale }
}
