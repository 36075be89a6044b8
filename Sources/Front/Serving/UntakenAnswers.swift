import Locking
import NIOCore
import Synchronization
import Timing

/// *Guarded by its lock*, but for two numbers that are read without. What clients have not taken of their answers yet,
/// in bytes, over all loops; beyond the limit the slowest takers are cut off.
///
/// A connection is looked at when an answer does not go out at once, when it has, and once a tick: what a client takes
/// at once, as nearly all do, is not counted at all.
package final class UntakenAnswers: Sendable {
  private struct Taker: Hashable, Sendable {
    let connection: NIOLoopBound<any ServedConnection>
    let id: ObjectIdentifier

    init(_ connection: any ServedConnection, _ loop: FrontLoop) {
      self.connection = NIOLoopBound(connection, eventLoop: loop.eventLoop)
      id = ObjectIdentifier(connection)
    }

    static func == (left: Taker, right: Taker) -> Bool { left.id == right.id }
    func hash(into hasher: inout Hasher) { hasher.combine(id) }
  }

  private let bound: Atomic<Int>
  private let takers: Locked<SlowTakers<Taker>>
  private let pending = Atomic<Int>(0)

  init(limit: Int) {
    bound = Atomic(limit)
    takers = Locked(SlowTakers(limit: limit))
  }

  /// No further answer should be made.
  package var isFull: Bool { current > bound.load(ordering: .relaxed) }

  /// What is above it already is cut off with the next bytes that wait.
  package func bound(by limit: Int) {
    bound.store(limit, ordering: .relaxed)
    takers.withLock { $0.limit = limit }
  }

  package var current: Int { pending.load(ordering: .relaxed) }

  /// On the connection's loop.
  package func update(_ connection: any ServedConnection, _ loop: FrontLoop, pending: Int, taken: Int) {
    let taker = Taker(connection, loop)
    let slowest = takers.withLock { takers in
      defer { self.pending.store(takers.pending, ordering: .relaxed) }
      return takers.update(taker, pending: pending, taken: taken, .now())
    }
    for taker in slowest { taker.connection.eventLoop.execute { taker.connection.value.cutOff() } }
  }

  /// On the connection's loop.
  package func remove(_ connection: any ServedConnection, _ loop: FrontLoop) {
    let taker = Taker(connection, loop)
    takers.withLock { takers in
      takers.remove(taker)
      pending.store(takers.pending, ordering: .relaxed)
    }
  }
}
