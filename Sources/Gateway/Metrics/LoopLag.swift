import NIOCore
import Reactor
import Synchronization
import Timing

/// How late the process's loops come to what they are given: asks each of them once a second. *Immutable*; what it
/// measures guards itself.
struct LoopLag: Sendable {
  private static let pause: Duration = .seconds(1)

  let loops: [MeasuredLoop]

  /// - Parameters:
  ///   - fronts: in their order, as `transfers` are.
  init(fronts: [any EventLoop], transfers: [Reactor]) {
    loops =
      fronts.enumerated().map { index, loop in MeasuredLoop("front-\(index)") { loop.execute($0) } }
      + transfers.enumerated().map { index, loop in MeasuredLoop("transfer-\(index)") { loop.execute($0) } }
  }

  /// Measures until it is cancelled.
  func keepMeasuring() -> Task<Void, Never> {
    Task {
      while (try? await Task.sleep(for: Self.pause)) != nil {
        for loop in loops { loop.ask() }
      }
    }
  }
}

/// *Guarded by* being atomic; `ask` is for one thread. One loop, and how late it was.
final class MeasuredLoop: Sendable {
  /// Measurements that are looked at: the longest of about so many seconds is told, so that no scrape misses it.
  static let window = 16

  let name: String
  private let execute: @Sendable (@escaping @Sendable () -> Void) -> Void
  /// When it was given what it has not come to yet, in nanoseconds; 0: there is nothing.
  private let asked = Atomic<Int64>(0)
  /// The longest of the window that is being filled, that of the one before, and how many the former has. Written on the
  /// loop.
  private let present = Atomic<Int64>(0)
  private let former = Atomic<Int64>(0)
  private let count = Atomic<Int>(0)

  /// - Parameter execute: has the loop run something, soon; any thread.
  init(_ name: String, _ execute: @escaping @Sendable (@escaping @Sendable () -> Void) -> Void) {
    self.name = name
    self.execute = execute
  }

  /// Gives it something to come to, unless there still is something.
  func ask(at now: Instant = .now()) {
    guard asked.load(ordering: .relaxed) == 0 else { return }
    asked.store(max(1, now.nanoseconds), ordering: .relaxed)
    execute { [self] in answer(at: .now()) }
  }

  /// The loop has come to it.
  func answer(at now: Instant) {
    let lag = max(0, now.nanoseconds - asked.load(ordering: .relaxed))
    let isFull = count.load(ordering: .relaxed) >= Self.window / 2
    if isFull { former.store(present.load(ordering: .relaxed), ordering: .relaxed) }
    present.store(isFull ? lag : max(lag, present.load(ordering: .relaxed)), ordering: .relaxed)
    count.store(isFull ? 1 : count.load(ordering: .relaxed) + 1, ordering: .relaxed)
    asked.store(0, ordering: .relaxed)
  }

  /// The longest of late, in nanoseconds; what it has not come to yet counts for as long as it has waited.
  func lag(at now: Instant = .now()) -> Int64 {
    let asked = asked.load(ordering: .relaxed)
    let waiting = asked == 0 ? 0 : max(0, now.nanoseconds - asked)
    return max(waiting, present.load(ordering: .relaxed), former.load(ordering: .relaxed))
  }
}
