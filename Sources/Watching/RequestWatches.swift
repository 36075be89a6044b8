import Front
import Locking
import Synchronization
import Timing

/// *Immutable*; its parts are guarded by locks of their own. What is told of requests to who runs the gateway: the last of
/// them, those that were slow, failed or partial, and figures of the last minute and the last quarter of an hour. It lives
/// as long as the process.
package final class RequestWatches: RequestObservers {
  /// Where no definition says what is slow.
  package static let defaultSlowFrom: Duration = .milliseconds(500)

  private let begun: Instant
  private let loops = Locked<[Int: LoopWatch]>([:])
  private let notable = Locked(NotableRequests())
  private let slowNanoseconds = Atomic<Int64>(defaultSlowFrom.nanoseconds)

  package init(at now: Instant = .now()) {
    begun = now
  }

  /// Requests that take as long are kept longer than others.
  package var slowFrom: Duration {
    get { .nanoseconds(slowNanoseconds.load(ordering: .relaxed)) }
    set { slowNanoseconds.store(newValue.nanoseconds, ordering: .relaxed) }
  }

  package func observer(ofLoop index: Int) -> any RequestObserver { watch(ofLoop: index) }

  func watch(ofLoop index: Int) -> LoopWatch {
    loops.withLock { loops in
      if let watch = loops[index] { return watch }
      let watch = LoopWatch(self)
      loops[index] = watch
      return watch
    }
  }

  func keep(_ request: WatchedRequest) { notable.withLock { $0.add(request) } }

  private var snapshots: [LoopState] { loops.withLock { Array($0.values) }.map(\.snapshot) }

  /// The time since it began.
  package func age(at now: Instant) -> Duration { begun.duration(to: now) }

  /// A tally for each step of the last quarter of an hour, the oldest first.
  package func tallies(at now: Instant) -> [Tally] {
    snapshots.reduce(into: Array(repeating: Tally(), count: LoopState.steps)) { sums, state in
      for (place, tally) in state.overview.tallies(at: now).enumerated() { sums[place].add(tally) }
    }
  }

  package func lastMinute(at now: Instant) -> LastMinute {
    let step = LoopState.shortStep.nanoseconds
    let covered = Int64(LoopState.shortSteps - 1) * step + now.nanoseconds % step
    let nanoseconds = max(1_000_000_000, min(covered, age(at: now).nanoseconds))
    var minute = LastMinute(seconds: Double(nanoseconds) / 1e9)
    for state in snapshots { state.add(to: &minute, at: now) }
    return minute
  }

  /// Those that are kept, the newest first, each once.
  package func requests() -> [WatchedRequest] {
    var seen: Set<ObjectIdentifier> = []
    let recent = snapshots.flatMap { Array($0.recent.all) }.sorted { $0.ended > $1.ended }.prefix(RecentRequests.most)
    let kept = notable.withLock { $0.all }
    return (Array(recent) + kept).filter { seen.insert(ObjectIdentifier($0)).inserted }
      .sorted { $0.ended > $1.ended }
  }

  /// The newest of that name.
  package func request(_ id: String) -> WatchedRequest? { requests().first { $0.id == id } }
}
