import Resilience
import Timing

/// The spans that wait for the collector, and when they are sent: a value type that does no I/O.
///
///     idle ─ add ─> gathering ─ due ─> sending ─┬─ delivered ─> idle or gathering
///                                               └─ failed ─> pausing ─ due ─> sending
package struct SpanBuffer: Sendable {
  /// What waits, in bytes; above it what comes is lost.
  package static let mostBytes = 16 << 20
  /// A request to the collector has no more bytes, but where one request's spans have.
  package static let batchBytes = 1 << 20
  package static let batchSpans = 512
  /// For so long at most spans are gathered.
  package static let delay: Duration = .seconds(1)
  /// The pauses before what failed is sent again.
  package static let firstPause: Duration = .seconds(1)
  package static let longestPause: Duration = .seconds(30)
  /// A longer `Retry-After` is not heard.
  package static let longestRetryAfter: Duration = .seconds(300)

  package struct Batch: Sendable, Equatable {
    /// With commas between them.
    package fileprivate(set) var bytes: [UInt8] = []
    package fileprivate(set) var spans = 0
  }

  /// What the collector did with a batch.
  package enum Reception: Sendable, Equatable {
    /// It has it, but for so many spans.
    case taken(rejected: Int)
    /// It won't ever have it.
    case refused
    /// It may have it later.
    case unavailable(retryAfter: Duration?)
  }

  /// What is to be done.
  package enum Step: Sendable, Equatable {
    case nothing
    /// `due` is to be called then.
    case wake(at: Instant)
    /// Nothing waits any more, as `flush` has asked.
    case flushed
  }

  private enum Stage {
    case idle
    case gathering(until: Instant)
    case sending(Batch)
    case pausing(Batch, until: Instant)
  }

  private var stage = Stage.idle
  private var full: [Batch] = []
  private var open = Batch()
  private var waitingBytes = 0
  private var backoff = Backoff(first: firstPause, longest: longestPause)
  private var isFlushing = false
  /// Spans that are lost, and of which was not told.
  private var lost = 0

  package init() {}

  /// Spans that wait or are on their way.
  package var count: Int {
    let underWay =
      switch stage {
      case .idle, .gathering: 0
      case .sending(let batch), .pausing(let batch, _): batch.spans
      }
    return underWay + full.reduce(open.spans) { $0 + $1.spans }
  }

  /// - Parameter text: spans with commas between them.
  package mutating func add(_ text: [UInt8], spans: Int, at now: Instant) -> Step {
    guard waitingBytes + text.count <= Self.mostBytes else {
      lost += spans
      return .nothing
    }
    if open.spans > 0, open.bytes.count + text.count > Self.batchBytes || open.spans + spans > Self.batchSpans {
      full.append(open)
      open = Batch()
    }
    if !open.bytes.isEmpty {
      open.bytes.append(UInt8(ascii: ","))
      waitingBytes += 1
    }
    open.bytes += text
    open.spans += spans
    waitingBytes += text.count
    switch stage {
    case .idle: return gather(from: now)
    case .gathering(let until) where !full.isEmpty && until > now:
      stage = .gathering(until: now)
      return .wake(at: now)
    case .gathering, .sending, .pausing: return .nothing
    }
  }

  /// Spans that could not be written.
  package mutating func lose(_ spans: Int) { lost += spans }

  /// What is to be sent now; `nil`: nothing. It is under way until `ended`.
  package mutating func due(at now: Instant) -> Batch? {
    switch stage {
    case .gathering(let until) where until <= now:
      let batch = next()
      stage = .sending(batch)
      return batch
    case .pausing(let batch, let until) where until <= now:
      stage = .sending(batch)
      return batch
    case .idle, .gathering, .sending, .pausing: return nil
    }
  }

  /// - Parameter chance: 0 to 1, drawn by the caller.
  package mutating func ended(_ reception: Reception, chance: Double, at now: Instant) -> Step {
    guard case .sending(let batch) = stage else { return .nothing }
    switch reception {
    case .taken(let rejected):
      lost += min(rejected, batch.spans)
      backoff.reset()
    case .refused: lost += batch.spans
    case .unavailable where isFlushing:
      lost += count
      removeAll()
    case .unavailable(let retryAfter):
      let pause = max(backoff.next(chance: chance), min(retryAfter ?? .zero, Self.longestRetryAfter))
      let until = now.advanced(by: pause)
      stage = .pausing(batch, until: until)
      return .wake(at: until)
    }
    stage = .idle
    return isEmpty ? (isFlushing ? .flushed : .nothing) : gather(from: now)
  }

  /// Sends what there is without waiting; what fails from now on is lost.
  package mutating func flush(at now: Instant) -> Step {
    isFlushing = true
    switch stage {
    case .idle: return .flushed
    case .gathering: stage = .gathering(until: now)
    case .pausing(let batch, _): stage = .pausing(batch, until: now)
    case .sending: return .nothing
    }
    return .wake(at: now)
  }

  /// Forgets what waits; what is under way ends.
  package mutating func removeAll() {
    full = []
    open = Batch()
    waitingBytes = 0
    if case .sending = stage { return }
    stage = .idle
  }

  /// The spans that were lost since this was last asked.
  package mutating func takeLost() -> Int {
    defer { lost = 0 }
    return lost
  }

  private var isEmpty: Bool { full.isEmpty && open.spans == 0 }

  /// A batch that is full, and what waits at the end, are sent at once.
  private mutating func gather(from now: Instant) -> Step {
    let until = full.isEmpty && !isFlushing ? now.advanced(by: Self.delay) : now
    stage = .gathering(until: until)
    return .wake(at: until)
  }

  private mutating func next() -> Batch {
    let batch: Batch
    if full.isEmpty {
      batch = open
      open = Batch()
    } else {
      batch = full.removeFirst()
    }
    waitingBytes -= batch.bytes.count
    return batch
  }
}
