import Foundation

/// A backend's connections that die at their next request. Guarded by its lock.
final class ConnectionSet: @unchecked Sendable {
  private let lock = NSLock()
  private var numbers: Set<Int> = []

  /// A connection that has answered `/warm` ends at the next request; others answer.
  func answer(_ request: RecordedRequest, end: ScriptedAnswer.Fault) -> ScriptedAnswer {
    lock.withLock {
      if request.target == "/warm" { numbers.insert(request.connection) }
      return request.target == "/warm" || !numbers.contains(request.connection) ? .json("1") : .fault(end)
    }
  }
}
