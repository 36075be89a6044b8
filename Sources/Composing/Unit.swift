import Messages
import Timing

/// One request of a composition, and the calls that wait for it.
struct Unit {
  let deadline: Instant
  /// Call, and slot within its `each`.
  var waiters: [(call: Int, slot: Int)]
  /// While it is under way.
  var call: (any Cancellable)?
  var response: CallResponse?

  var succeeded: Bool {
    guard case .response = response?.result else { return false }
    return true
  }
}
