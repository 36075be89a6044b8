import Glibc
import Locking
import Reactor
import Synchronization

/// *Guarded by its lock*, but for what is confined to its thread. Carries lines to a descriptor on a thread of its own,
/// so that a reader who stalls never stalls whoever logs.
///
/// At most `maxWaitingBytes` wait, and of lines that must not be lost `reservedBytes` more. Lines beyond are dropped and
/// counted; once there is room, a line tells how many.
/// Lines never mix, not even with those of other processes on the same pipe.
package final class LogWriter: Sendable {
  /// Lines that are not written yet, those under way included.
  package static let maxWaitingBytes = 1024 * 1024
  /// Beside these, for errors alone.
  package static let reservedBytes = 256 * 1024
  /// For how long lines are gathered before they are written: this is the most wake-ups there are.
  private static let gatherMicroseconds: UInt32 = 2000

  private struct State {
    var waiting: [UInt8] = []
    /// Bytes that the thread has taken.
    var taken = 0
    /// Lines that were lost and not told of yet.
    var dropped = 0
    /// The thread runs `writeOut`, or is about to.
    var isBusy = false
  }

  private let descriptor: Int32
  private let reactor = Reactor(name: "log")
  private let state = Locked(State())
  private let isJSON = Atomic<Bool>(false)
  private let refused: @Sendable (Int32) -> Void

  /// Begins its thread. The descriptor stays the caller's and must outlive the writer.
  /// - Parameter refused: called on that thread with the system's error when the descriptor refuses a line.
  package init(descriptor: Int32, refused: @escaping @Sendable (Int32) -> Void = { _ in }) {
    self.descriptor = descriptor
    self.refused = refused
    reactor.start()
  }

  /// Of what it tells itself, and of the lines of loggers. Any thread.
  package var format: LogFormat { isJSON.load(ordering: .relaxed) ? .json : .text }

  package func set(_ format: LogFormat) { isJSON.store(format == .json, ordering: .relaxed) }

  /// Any thread; never waits for the descriptor. `line` ends in a line feed and has at most `LogLine.maxBytes`.
  /// - Parameter isError: it has the reserve, too.
  package func append(_ line: [UInt8], isError: Bool = false) {
    let most = Self.maxWaitingBytes + (isError ? Self.reservedBytes : 0)
    let wakes = state.withLock { state in
      guard state.waiting.count + state.taken + line.count <= most else {
        state.dropped += 1
        return false
      }
      state.waiting += line
      defer { state.isBusy = true }
      return !state.isBusy
    }
    if wakes { reactor.execute { self.writeOut() } }
  }

  /// Waits until every line is written or was refused by the descriptor. False: `limit` was over before.
  @discardableResult
  package func flush(within limit: Duration = .seconds(1)) -> Bool {
    let deadline = ContinuousClock.now + limit
    while state.withLock({ $0.isBusy }) {
      guard ContinuousClock.now < deadline else { return false }
      usleep(Self.gatherMicroseconds)
    }
    return true
  }

  /// Writes what waits and ends the thread; waits for as long as that takes.
  package func stop() {
    reactor.stop()
  }

  /// On the own thread.
  private func writeOut() {
    usleep(Self.gatherMicroseconds)
    var batch = LogBatch()
    while take(&batch) {
      let lost = batch.write(to: descriptor)
      // Nothing to be done about a descriptor that takes nothing: the next line tries again.
      if lost > 0 {
        giveUp(lost)
        return refused(batch.fault)
      }
    }
  }

  /// False: everything is written.
  private func take(_ batch: inout LogBatch) -> Bool {
    batch.clear()
    return state.withLock { state in
      swap(&state.waiting, &batch.bytes)
      if state.dropped > 0 { batch.tellOfDropped(state.dropped, format) }
      state.dropped = 0
      state.taken = batch.bytes.count
      state.isBusy = !batch.bytes.isEmpty
      return state.isBusy
    }
  }

  /// What waits is lost, too.
  private func giveUp(_ lost: Int) {
    state.withLock { state in
      state.dropped += lost + state.waiting.count { $0 == LogLine.end }
      state.waiting.removeAll()
      state.taken = 0
      state.isBusy = false
    }
  }
}
