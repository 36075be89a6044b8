import Locking
import Logging
import Synchronization
import Timing

/// *Guarded by a lock*, which an atomic spares where nothing is refused. Hears what Redis refuses on all loops, tells
/// the log, and knows whether anything is refused now. One for each Redis, whoever uses it.
package final class RefusalWatch: Sendable {
  private let state = Locked(Refusals())
  private let isAny = Atomic<Bool>(false)
  private let logger: Logger

  package init(logger: Logger) {
    self.logger = logger
  }

  /// Redis' words about something that it refuses now; `nil`: it refuses nothing.
  package var words: String? {
    guard isRefusing else { return nil }
    return state.withLock { $0.words }
  }

  package var isRefusing: Bool { isAny.load(ordering: .relaxed) }

  /// Tells whether this was refused when it was last asked for.
  package func refuses(_ work: Refusals.Work) -> Bool {
    isRefusing && state.withLock { $0.current[work] != nil }
  }

  /// Takes note of a failure that is an answer of the server, and of no other: whether it was there is told elsewhere.
  package func heard(_ failure: RedisFailure, of work: Refusals.Work) {
    guard failure.isReply else { return }
    let report = state.withLock { state in
      isAny.store(true, ordering: .relaxed)
      return state.refused(work, failure, at: .now())
    }
    guard let report else { return }
    logger.warning(
      "redis refuses", metadata: ["error": "\(report.words)", "work": "\(report.work)", "times": "\(report.count)"])
  }

  /// Takes note of what became of something that was asked for.
  package func note<Reply>(_ result: Result<Reply, RedisFailure>, of work: Refusals.Work) {
    switch result {
    case .success: done(work)
    case .failure(let failure): heard(failure, of: work)
    }
  }

  /// Takes note that this was not refused.
  package func done(_ work: Refusals.Work) { succeeded { $0.done(work) } }

  func connected() { succeeded { $0.connected() } }

  private func succeeded(_ change: (inout Refusals) -> Bool) {
    guard isRefusing else { return }
    let isClear = state.withLock { state in
      let isClear = change(&state)
      isAny.store(!state.current.isEmpty, ordering: .relaxed)
      return isClear
    }
    if isClear { logger.notice("redis refuses nothing any more") }
  }
}
