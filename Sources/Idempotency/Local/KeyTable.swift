import Eviction
import Hashing
import NIOCore

/// What is known of keys in one process. A value that does no I/O.
///
///     claim ──> runs ──keep──> kept ──ttl──> unknown
///                 └─release, or its lease ends ──┘
///
/// A request that runs is never forgotten to make room: it would be worked at twice. Of those that are kept S3-FIFO says
/// which goes.
struct KeyTable {
  /// Requests that run, or of which nobody knows whether they do; above it none begins. Some 12 MB.
  static let mostRunning = 65_536
  /// What a kept answer takes beside its bytes, which bounds their number, too.
  static let overhead = 512
  /// Between two looks for leases that have ended.
  private static let sweepPause = TimeAmount.seconds(1)

  private struct Running {
    var content: Hash256
    var token: String
    var until: NIODeadline
  }

  private struct Kept {
    var request: KeyedRequest
    var answer: KeptAnswer
    var until: NIODeadline
  }

  private let capacity: Int
  private let mostRunning: Int
  private var running: [Hash256: Running] = [:]
  private var fifo: S3FIFO
  private var places: [Hash256: Int] = [:]
  /// By the numbers of `fifo`; `nil` in a free one.
  private var slots: [Kept?] = []
  private var nextSweep = NIODeadline.uptimeNanoseconds(0)

  /// - Parameter capacity: of all kept answers together, in bytes.
  init(capacity: Int, mostRunning: Int = Self.mostRunning) {
    self.capacity = capacity
    self.mostRunning = mostRunning
    fifo = S3FIFO(capacity: capacity)
  }

  var figures: (running: Int, kept: Int, bytes: Int) { (running.count, fifo.count, fifo.size) }

  /// Whether anything is known of a key.
  mutating func knows(_ key: Hash256, at now: NIODeadline) -> Bool {
    kept(key, at: now) != nil || running[key].map { now < $0.until } == true
  }

  mutating func claim(
    _ request: KeyedRequest, token: String, until: NIODeadline, at now: NIODeadline
  ) -> KeyState {
    if let kept = kept(request.key, at: now) {
      return kept.request.content == request.content ? .kept(kept.answer) : .other
    }
    if let other = running[request.key], now < other.until {
      return other.content == request.content ? .running : .other
    }
    guard running.count < mostRunning || sweep(at: now) else { return .full }
    running[request.key] = Running(content: request.content, token: token, until: until)
    return .begun
  }

  /// Has a request count as running until then, unless its key is another's by now.
  mutating func renew(_ request: KeyedRequest, token: String, until: NIODeadline) {
    if running[request.key]?.token == token { running[request.key]?.until = until }
  }

  mutating func release(_ request: KeyedRequest, token: String) {
    if running[request.key]?.token == token { running[request.key] = nil }
  }

  /// Keeps an answer, unless the key is another's by now, or it has no room.
  mutating func keep(_ answer: KeptAnswer, of request: KeyedRequest, token: String, until: NIODeadline) {
    if let other = running[request.key], other.token != token { return }
    running[request.key] = nil
    let size = Self.overhead + answer.size
    guard places[request.key] == nil, size <= capacity else { return }
    while let place = fifo.evict(for: size) { forget(place) }
    let place = fifo.insert(request.key.words.0, size: size)
    let kept = Kept(request: request, answer: answer, until: until)
    if place < slots.count { slots[place] = kept } else { slots.append(kept) }
    places[request.key] = place
  }

  private mutating func kept(_ key: Hash256, at now: NIODeadline) -> Kept? {
    guard let place = places[key], let kept = slots[place] else { return nil }
    guard now < kept.until else {
      fifo.remove(place)
      forget(place)
      return nil
    }
    fifo.visit(place)
    return kept
  }

  private mutating func forget(_ place: Int) {
    if let kept = slots[place] { places[kept.request.key] = nil }
    slots[place] = nil
  }

  /// True: some leases have ended.
  private mutating func sweep(at now: NIODeadline) -> Bool {
    guard nextSweep <= now else { return false }
    nextSweep = now + Self.sweepPause
    running = running.filter { now < $0.value.until }
    return running.count < mostRunning
  }
}

/// What is known of a key when a request with it comes.
enum KeyState: Equatable, Sendable {
  /// Nothing; from now on that request runs.
  case begun
  case running
  case kept(KeptAnswer)
  /// The key is another request's.
  case other
  /// So many run that no further one may.
  case full
}
