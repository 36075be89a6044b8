import Locking

/// *Guarded by its lock.* What became of reloads since the start, and what is served by now.
final class ReloadFigures: Sendable {
  private struct State {
    var ok = 0
    var failed = 0
    var fingerprint: String
  }

  private let state: Locked<State>

  init(_ fingerprint: String) {
    state = Locked(State(fingerprint: fingerprint))
  }

  var ok: Int { state.withLock { $0.ok } }
  var failed: Int { state.withLock { $0.failed } }
  /// Of the definitions that are served.
  var fingerprint: String { state.withLock { $0.fingerprint } }

  /// The folder is served, or says what was served already.
  func succeeded(_ fingerprint: String) {
    state.withLock { state in
      state.ok += 1
      state.fingerprint = fingerprint
    }
  }

  /// What was served before is served still.
  func refused() { state.withLock { $0.failed += 1 } }
}
