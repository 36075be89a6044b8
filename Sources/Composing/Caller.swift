import Timing

/// The way from a composition to its backends, and its clock. A test scripts one; the gateway's runs on a transfer
/// loop, so that everything a composition does stays on one thread.
package protocol Caller: Sendable {
  /// Returns `.failure(.timeout)` by `deadline` at the latest, `.failure(.cancelled)` at once when its task is
  /// cancelled.
  func send(_ request: CallRequest, deadline: Instant) async -> CallReply
  func now() -> Instant
  /// Returns early when its task is cancelled.
  func sleep(until instant: Instant) async
}
