import Dispatch
import Glibc
import Locking
import NIOCore
import Timing

/// An event loop that does what there is to do when it is told to, on the thread that made it, by the clock that its owner
/// sets. *Guarded by its lock*, for other threads bring work too; what runs, runs on its own thread.
final class TurnLoop: EventLoop {
  private struct Timer {
    let time: Instant
    let number: Int
    let fire: @Sendable () -> Void
    let drop: @Sendable () -> Void
  }

  private struct State {
    var work: [@Sendable () -> Void] = []
    /// The earliest last.
    var timers: [Timer] = []
    var made = 0
    var isOver = false
  }

  private let state = Locked(State())
  private let owner = UInt(pthread_self())
  /// Counts work that other threads bring.
  private let arrivals = DispatchSemaphore(value: 0)

  var inEventLoop: Bool { UInt(pthread_self()) == owner }

  func execute(_ task: @escaping @Sendable () -> Void) {
    let isOver = state.withLock { state in
      if !state.isOver { state.work.append(task) }
      return state.isOver
    }
    if !isOver, !inEventLoop { arrivals.signal() }
  }

  @discardableResult
  @preconcurrency
  func scheduleTask<T>(deadline: NIODeadline, _ task: @escaping @Sendable () throws -> T) -> Scheduled<T> {
    // Deadlines are of the machine's clock, and near: what is left of the time is what counts.
    scheduleTask(in: deadline - .now(), task)
  }

  @discardableResult
  @preconcurrency
  func scheduleTask<T>(in delay: TimeAmount, _ task: @escaping @Sendable () throws -> T) -> Scheduled<T> {
    let promise = makePromise(of: T.self)
    let time = Instant.now().advanced(by: .nanoseconds(max(0, delay.nanoseconds)))
    let number: Int? = state.withLock { state in
      guard !state.isOver else { return nil }
      state.made += 1
      let timer = Timer(time: time, number: state.made) {
        do { promise.assumeIsolated().succeed(try task()) } catch { promise.fail(error) }
      } drop: {
        promise.fail(EventLoopError.cancelled)
      }
      let place = state.timers.firstIndex { $0.time <= time } ?? state.timers.count
      state.timers.insert(timer, at: place)
      return state.made
    }
    if number == nil { promise.fail(EventLoopError.shutdown) }
    return Scheduled(promise: promise) { [self] in
      state.withLock { state in state.timers.removeAll { $0.number == number } }
    }
  }

  func shutdownGracefully(queue: DispatchQueue, _ callback: @escaping @Sendable ((any Error)?) -> Void) {
    queue.async { callback(nil) }
  }

  // MARK: For its owner

  /// Does what there is to do at the time that it is. False: there was nothing.
  func takeTurn() -> Bool {
    let now = Instant.now()
    let due: [@Sendable () -> Void] = state.withLock { state in
      var due = state.work
      state.work = []
      while let timer = state.timers.last, timer.time <= now {
        due.append(timer.fire)
        state.timers.removeLast()
      }
      return due
    }
    for body in due { body() }
    return !due.isEmpty
  }

  /// When there is something to do at the latest.
  var next: Instant {
    state.withLock { $0.work.isEmpty ? $0.timers.last?.time ?? .distantFuture : Instant(nanoseconds: 0) }
  }

  /// Waits until another thread brings something, but no longer than so, by the machine's clock.
  func waitForOthers(atMost time: DispatchTimeInterval) { _ = arrivals.wait(timeout: .now() + time) }

  /// Drops what has not run.
  func end() {
    let timers = state.withLock { state in
      state.isOver = true
      state.work = []
      defer { state.timers = [] }
      return state.timers
    }
    for timer in timers { timer.drop() }
  }
}
