import JSONText
import Messages
import Timing

/// The state of one call while its composition runs.
struct CallRun {
  /// Calls that must end before this one starts.
  var waitingFor: Int
  /// `nil` before its begin.
  var started: Instant?
  var deadline = Instant.distantFuture
  /// The call's end; set once.
  var record: CallRecord?
  /// The record as expressions see it at `calls.<name>`, where any of them does.
  var report: JSONValue?
  /// The items of an `each` that is under way.
  var fan: FanOut?
  /// Whether a request was handed to the caller.
  var isSent = false

  init(waitingFor: Int) {
    self.waitingFor = waitingFor
  }
}

/// One request of a composition, and the calls that wait for it.
struct Unit {
  let deadline: Instant
  /// The calls that wait, each with the slot within its `each`.
  var waiters: [(call: Int, slot: Int)]
  /// The call while it is under way.
  var call: (any BegunCall)?
  var response: CallResponse?

  /// Whether a byte of it may have reached its backend, while it is under way.
  var mayHaveArrived: Bool { call?.mayHaveArrived ?? false }

  /// Whether it may have been done, or may yet be, while it is under way.
  var isInDoubt: Bool { call?.isInDoubt ?? false }

  /// Whether it is of this call; of a write's, which nobody shares.
  func call(is index: Int) -> Bool { waiters[0].call == index }

  var succeeded: Bool {
    guard case .response = response?.result else { return false }
    return true
  }
}
