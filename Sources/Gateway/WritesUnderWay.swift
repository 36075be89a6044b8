import Composing
import JSONText
import Locking
import Messages
import Plans
import Timing

/// The composites of the process that write, and what became of their writes. *Guarded by its mutex.*
final class WritesUnderWay: Sendable {
  private struct State {
    var bounds = ProcessPlan.Writes()
    var running = 0
    /// Of those, the ones whose answer is given or whose client has left, and the bytes that they hold.
    var (detached, detachedBytes) = (0, 0)
    var figures = Figures()
    /// Waits until none is running.
    var waiter: CheckedContinuation<Void, Never>?
    /// Nobody waits any longer.
    var isWaitOver = false
  }

  /// Since the start of the process.
  struct Figures {
    /// By route and call: those of definitions, and at most `mostCalls`; what comes beyond counts under no name.
    var compensations: [CallName: Compensations] = [:]
    /// Writes of which nobody knows whether they were done, and that were not undone.
    var inDoubt = 0

    fileprivate static let mostCalls = 10_000

    mutating func note(_ compensated: WritesEnd.Compensated, of route: String) {
      var name = CallName(route: route, call: compensated.call)
      if compensations[name] == nil, compensations.count >= Self.mostCalls { name = CallName(route: "", call: "") }
      if compensated.isDone {
        compensations[name, default: Compensations()].done += 1
      } else {
        compensations[name, default: Compensations()].failed += 1
      }
    }
  }

  struct CallName: Hashable {
    let route: String
    let call: String
  }

  /// What became of them.
  struct Compensations {
    var done = 0
    var failed = 0
  }

  private let state = Locked(State())

  /// For those that begin from now on.
  func bound(by bounds: ProcessPlan.Writes) {
    state.withLock { $0.bounds = bounds }
  }

  /// Counts one that begins. False: too many go on without a client, or hold too much; it must not begin.
  func begin() -> Bool {
    state.withLock { state in
      guard state.detached < state.bounds.detached, state.detachedBytes < state.bounds.detachedBytes else {
        return false
      }
      state.running += 1
      return true
    }
  }

  func detach(holding bytes: Int) {
    state.withLock { state in
      state.detached += 1
      state.detachedBytes += bytes
    }
  }

  /// What is detached holds more.
  func hold(_ bytes: Int) {
    state.withLock { $0.detachedBytes += bytes }
  }

  /// Some have not ended.
  var isThere: Bool { state.withLock { $0.running > 0 } }

  /// - Parameters:
  ///   - route: its name.
  ///   - bytes: as `detach` and `hold` were told; `nil` where it was not.
  func end(_ end: WritesEnd, of route: String, detached bytes: Int?) {
    let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
      state.running -= 1
      if let bytes {
        state.detached -= 1
        state.detachedBytes -= bytes
      }
      for compensated in end.compensations { state.figures.note(compensated, of: route) }
      state.figures.inDoubt += end.inDoubt.count
      return state.running == 0 ? state.waiter.take() : nil
    }
    waiter?.resume()
  }

  /// Waits until none is running, for as long at most; once. False: some are.
  func areDone(within time: Duration) async -> Bool {
    let timer = Task { [self] in
      try? await Task.sleep(for: time)
      let waiter = state.withLock { state in
        state.isWaitOver = true
        return state.waiter.take()
      }
      waiter?.resume()
    }
    await withCheckedContinuation { waiter in
      let waits = state.withLock { state in
        if state.running > 0, !state.isWaitOver { state.waiter = waiter }
        return state.waiter != nil
      }
      if !waits { waiter.resume() }
    }
    timer.cancel()
    return state.withLock { $0.running == 0 }
  }

  var figures: Figures { state.withLock { $0.figures } }

  /// What `/health` tells.
  var report: JSONValue {
    let state = state.withLock { ($0.running, $0.detached, $0.figures) }
    var report = JSONObject()
    let compensations = state.2.compensations.values
    let figures = [
      ("running", state.0), ("detached", state.1), ("compensated", compensations.reduce(0) { $0 + $1.done }),
      ("failedCompensations", compensations.reduce(0) { $0 + $1.failed }), ("inDoubt", state.2.inDoubt),
    ]
    for (name, figure) in figures { report.append(name, .number(JSONNumber(figure))) }
    return .object(report)
  }
}
