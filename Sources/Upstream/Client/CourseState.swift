import Messages
import Timing

/// The place where a request stands on its course; see `UpstreamCourse`.
struct CourseState {
  enum Stage {
    case idle
    case awaiting(AccessTokenWaiter)
    case waiting(SlotWaiter)
    case sending
    case pausing(RetryPause)
    case ended
  }

  /// What is told of the last 401.
  static let refusal = "the backend refuses the token of `oauth2`"

  let client: UpstreamClient
  let backend: Backend
  let local: LocalBackend
  /// The value of the backend's `hash(…)`.
  let balanceKey: String?
  /// The deadline of all attempts, and of waiting for them.
  let deadline: Instant
  var attempts: Attempts
  var tried = TriedAddresses()
  var stage = Stage.idle
  var log = AttemptLog()
  /// `nil`: attempts name no spans of their own.
  var trace: TraceParent?
  /// The span of the attempt; 0: it has none.
  var span: UInt64 = 0
  /// What the attempt is sent with, where its backend has `oauth2`.
  var token: IssuedToken?
  /// The one that the backend refused, if it did: that is believed once.
  var refusedToken: IssuedToken?

  /// `isRepeatable`: an unsafe method may be repeated.
  init(
    _ client: UpstreamClient, backend index: Int, method: String, isRepeatable: Bool, balanceKey: String?,
    deadline: Instant
  ) {
    self.client = client
    self.balanceKey = balanceKey
    self.deadline = deadline
    backend = client.backends.all[index]
    local = client.local[index]
    attempts = Attempts(isRepeatable: backend.isRepeatable(method, allowed: isRepeatable))
  }

  /// Names the attempt's span, unless a definition sets that line itself.
  func addTrace(to headers: inout [HeaderField]) {
    guard let trace, span != 0, !headers.contains(where: { $0.isNamed("traceparent") }) else { return }
    headers.append(trace.field(span: span))
  }
}
