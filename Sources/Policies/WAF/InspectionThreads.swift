import Locking
import Reactor
import Timing

/// *Guarded by its mutex.* A few threads for what takes milliseconds and must not stop a loop; they are there while
/// something is to be inspected. Of the process, whatever its definitions are.
package final class InspectionThreads: Sendable {
  private let queue: Locked<InspectionQueue<WAFInspection>>

  /// - Parameter count: threads at most.
  package init(count: Int) {
    queue = Locked(InspectionQueue(mostThreads: count))
  }

  /// False: too many wait already.
  func inspect(_ inspection: WAFInspection) -> Bool {
    switch queue.withLock({ $0.add(inspection, at: .now()) }) {
    case .full: return false
    case .waits: return true
    case .needsThread:
      if !Reactor.begin(name: "waf", { self.work() }) {
        for abandoned in queue.withLock({ $0.lostThread() }) { abandoned.giveUp() }
      }
      return true
    }
  }

  /// A thread's body.
  private func work() {
    while true {
      switch queue.withLock({ $0.next(at: .now()) }) {
      case .inspect(let inspection): inspection.run()
      case .late(let inspection): inspection.giveUp()
      case .nothing: return
      }
    }
  }
}
