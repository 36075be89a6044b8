import Messages
import Timing

/// Something begun that can be given up. *Confined to* its caller's thread.
package protocol Cancellable: AnyObject {
  /// Gives it up; nothing happens after the end.
  func cancel()
}

/// A call that was begun. *Confined to* its caller's thread.
package protocol BegunCall: Cancellable {
  /// Whether a byte of it may have reached the backend, of any attempt. What still waits for its turn, or for a
  /// connection, has not.
  var mayHaveArrived: Bool { get }
  /// Whether it may have been done, or may yet be by what was sent. Not so in the pause behind an attempt that was
  /// plainly refused, though that has arrived.
  var isInDoubt: Bool { get }
  /// Begins no further attempt. What waits for one ends at once, as the attempt before it or as cancelled; one that was
  /// sent runs to its end, which is the call's.
  func beginNoMore()
  /// The attempts so far. One that is under way counts as ended, as `outcome` and at `now`.
  func attempts(endedAs outcome: String, at now: Instant) -> AttemptTraces
}

extension BegunCall {
  package func attempts(endedAs outcome: String, at now: Instant) -> AttemptTraces { AttemptTraces() }
}

/// The way from a composition to its backends, and its clock. A test scripts one; the gateway's runs on a transfer
/// loop, so that everything a composition does stays on one thread, which is also its task's.
///
/// Calls are begun and heard of by callbacks, not awaited in child tasks: a task for each call costs a tenth of a
/// composite. The composition's own task bounds them all: none outlives it.
package protocol Caller: Sendable {
  /// Begins a call. `completion` is called once, on the caller's thread, perhaps before this returns: with
  /// `.failure(.timeout)` by `deadline` at the latest, with `.failure(.cancelled)` when it is given up.
  func begin(
    _ request: CallRequest, deadline: Instant, completion: @escaping (CallResponse) -> Void
  ) -> any BegunCall
  func now() -> Instant
  /// Calls `body` once, on the caller's thread, unless it is given up before: at `instant`, or where the caller ends before
  /// that.
  func schedule(at instant: Instant, _ body: @escaping () -> Void) -> any Cancellable
  /// Thread-safe. Runs `body` on the caller's thread.
  func execute(_ body: @escaping @Sendable () -> Void)
}
