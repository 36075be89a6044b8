import Locking
import Reactor
import Synchronization
import Timing

/// Work on behalf of a request that takes milliseconds, and must not stop a loop.
package protocol BlockingWork: Sendable {
  /// How many others of the same client are there before it: who has asked for less goes first.
  var turn: Int { get }

  /// Blocks for as long as it takes. Whose client has left meanwhile need not be served.
  func run()

  /// It waited in vain: in place of `run`, on any thread, and where the system has none left before `begin` returns.
  func giveUp()
}

extension BlockingWork {
  package var turn: Int { 0 }
}

/// *Guarded by its lock.* A few threads for such work; they are there while there is some. Of the process, whatever its
/// definitions are.
package final class BlockingThreads<Work: BlockingWork>: Sendable {
  package typealias Body = @Sendable () -> Void

  private let name: String
  private let beginThread: @Sendable (String, @escaping Body) -> Bool
  private let queue: Locked<BlockingWorkQueue<Work>>

  /// - Parameters:
  ///   - name: of the threads; 15 bytes at most.
  ///   - count: threads at most.
  ///   - mostWaiting: what may wait beside that which is being worked at.
  ///   - patience: of what waits; then it is given up.
  ///   - beginThread: runs something on a thread of this name; false: the system has none left.
  package init(
    name: String, count: Int, mostWaiting: Int, patience: Duration,
    beginThread: @escaping @Sendable (String, @escaping Body) -> Bool = { Reactor.begin(name: $0, $1) }
  ) {
    self.name = name
    self.beginThread = beginThread
    queue = Locked(BlockingWorkQueue(mostThreads: count, mostWaiting: mostWaiting, patience: patience))
  }

  /// False: too much waits already.
  package func begin(_ work: Work) -> Bool {
    OutsideWork.begins()
    switch queue.withLock({ $0.add(work, turn: work.turn, at: .now()) }) {
    case .full:
      OutsideWork.ended()
      return false
    case .waits: return true
    case .needsThread:
      if !beginThread(name, { self.work() }) {
        for abandoned in queue.withLock({ $0.lostThread() }) {
          abandoned.giveUp()
          OutsideWork.ended()
        }
      }
      return true
    }
  }

  /// A thread's body.
  private func work() {
    while true {
      switch queue.withLock({ $0.next(at: .now()) }) {
      case .work(let work): work.run()
      case .late(let work): work.giveUp()
      case .nothing: return
      }
      OutsideWork.ended()
    }
  }
}

/// What the process does on threads that are no loops, as far as requests wait for it: whoever sets the clock waits for it
/// first. *Guarded by* being atomic.
package enum OutsideWork {
  private static let count = Atomic<Int>(0)

  package static func begins() { count.wrappingAdd(1, ordering: .sequentiallyConsistent) }

  /// Its outcome was handed on before.
  package static func ended() { count.wrappingSubtract(1, ordering: .sequentiallyConsistent) }

  package static var isThere: Bool { count.load(ordering: .sequentiallyConsistent) > 0 }
}
