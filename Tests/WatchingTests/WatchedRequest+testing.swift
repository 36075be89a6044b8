import Messages
import Timing

@testable import Watching

extension WatchedRequest {
  /// One that began at `second` and took `milliseconds`.
  static func test(
    _ id: String = "r1", _ route: String? = "GET /a", at second: Int = 100, took milliseconds: Int = 10,
    target: String = "/a", status: Int? = 200, calls: [CallTrace] = []
  ) -> WatchedRequest {
    WatchedRequest(
      id: id, received: .at(second), ended: .at(second, milliseconds: milliseconds), route: route, target: target,
      status: status, calls: calls)
  }
}

extension CallTrace {
  /// One of the backend of its name, with one attempt.
  static func test(
    _ name: String, _ outcome: String = "ok", at second: Int = 100, took milliseconds: Int = 5, address: String? = nil
  ) -> CallTrace {
    var call = CallTrace(
      name, backend: name, outcome: outcome, began: .at(second), ended: .at(second, milliseconds: milliseconds))
    call.attempts = [
      AttemptTrace(
        address ?? "http://\(name)", queued: call.began, began: call.began, ended: call.ended, outcome: outcome)
    ]
    call.attemptCount = 1
    return call
  }
}
