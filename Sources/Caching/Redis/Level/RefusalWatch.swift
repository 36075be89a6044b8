import Locking
import Logging
import Synchronization
import Timing

/// Hears what Redis refuses on all loops, tells the log, and knows whether anything is refused now. Guarded by a lock;
/// an atomic spares it where nothing is.
final class RefusalWatch: Sendable {
  private let state = Locked(Refusals())
  private let isAny = Atomic<Bool>(false)
  private let logger: Logger

  init(logger: Logger) {
    self.logger = logger
  }

  /// Redis' words about something that it refuses.
  var words: String? {
    guard isRefusing else { return nil }
    return state.withLock { $0.words }
  }

  var isRefusing: Bool { isAny.load(ordering: .relaxed) }

  func refuses(_ work: Refusals.Work) -> Bool {
    isRefusing && state.withLock { $0.current[work] != nil }
  }

  /// Of failures, those that are an answer of the server; whether it was there is told elsewhere.
  func heard(_ result: RedisResult, of work: Refusals.Work) {
    switch result {
    case .success: done(work)
    case .failure(let failure): heard(failure, of: work)
    }
  }

  func heard(_ failure: RedisFailure, of work: Refusals.Work) {
    guard failure.isAnswer else { return }
    let report = state.withLock { state in
      isAny.store(true, ordering: .relaxed)
      return state.refused(work, failure, at: .now())
    }
    guard let report else { return }
    logger.warning(
      "redis refuses", metadata: ["error": "\(report.words)", "work": "\(report.work)", "times": "\(report.count)"])
  }

  func done(_ work: Refusals.Work) { succeeded { $0.done(work) } }

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
