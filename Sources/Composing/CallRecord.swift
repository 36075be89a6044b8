import JSONText
import Messages
import Timing

/// The end of a call: how, and with what.
package struct CallRecord: Sendable {
  package enum StandIn: String, Sendable {
    case fallback, stale
  }

  package var outcome: Outcome
  package var value = JSONValue.null
  package var used: StandIn?
  /// The status of the backend's response, where one came.
  package var status: Int?
  package var headers: [HeaderField] = []
  /// Whole milliseconds from begin to end; `nil` where no transfer was begun.
  package var milliseconds: Int?
  /// The items of an `each` that failed, and items in all; equal ones of safe calls count once.
  package var failedItems: (failed: Int, of: Int)?
  /// The call that it reads and that failed, where it could not be formed for that reason.
  package var because: String?
  /// Whether only inputs of the client were involved; for `invalid-request`.
  package var blamesClient = false
  /// The seconds to wait; for `circuit-open`.
  package var retryAfter: Int?
  /// The reason, for the log, and for clients where the route says `exposeErrors`.
  package var detail: String?
  /// The backend's response where its status was not accepted and the route says `exposeErrors`.
  package var exposedBody: [UInt8]?
  /// The outcome of an `each`'s first failed item.
  package var firstFailure: Outcome?
  package var attempts = AttemptTraces()
  /// What the cache did for it; `nil` where the call keeps nothing.
  package var cache: CacheResult?
  /// The level of the cache that had its value; `nil` where none had.
  package var cacheLevel: CacheLevel?
  /// Set at its end.
  var began = Instant(nanoseconds: 0)
  var ended = Instant(nanoseconds: 0)

  package init(_ outcome: Outcome, value: JSONValue = .null) {
    self.outcome = outcome
    self.value = value
  }

  /// An element of its value has no such member, and `key` of the call asks for it.
  mutating func lack(key: String) {
    used = nil
    outcome = .invalid
    value = .null
    detail = "an element without the key \(key)"
  }

  /// A failure that nothing fully stands in for: it makes an answer partial.
  package var isShortcoming: Bool { outcome.isFailure && used != .stale }
}
