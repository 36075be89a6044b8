import CEpoll
import Glibc
import Locking
import Synchronization
import Timing

/// *Confined to its own thread*, but for what is marked thread-safe; those members are guarded by `inbox`.
///
/// An epoll loop on a thread of its own that is also a Swift executor: a task that prefers it, and its children, run on
/// the thread that owns the sockets, so that a call to a backend needs no hop. Jobs run as those of a task executor;
/// used as an actor's serial executor it is correct too, at the price of one more turn through the queue per hop.
package final class Reactor: TaskExecutor, SerialExecutor, @unchecked Sendable {
  /// What other threads hand over. The loop sleeps only after it has found this empty under the lock, so whoever
  /// finds it asleep writes the eventfd, and nobody else does.
  struct Inbox {
    enum Phase { case new, running, stopping, stopped }

    var work = WorkQueue()
    var isAsleep = false
    var phase = Phase.new
    /// After the stop: somebody runs what comes in.
    var isDraining = false
  }

  /// Jobs run between two looks at the sockets.
  static let batch = 256

  package let name: String
  let poller = Poller()
  let inbox = Locked(Inbox())
  /// `pthread_t` of the thread that runs this reactor's work now, or 0.
  let runner = Atomic<UInt>(0)
  private let thread = Locked<pthread_t?>(nil)

  var work = WorkQueue()
  var timers = TimerHeap()
  /// Told at the end of the turn.
  var turnEnds: [any TurnEnd] = []
  var isStopping = false
  var driver: (any ReactorDriver)?

  /// `name` is cut to the 15 bytes of a Linux thread's name.
  package init(name: String) {
    self.name = name
  }

  /// Thread-safe: whether the caller runs as a part of this reactor.
  package var isCurrent: Bool {
    runner.load(ordering: .relaxed) == UInt(pthread_self())
  }

  /// The reactor whose thread this is; `nil` on any other thread.
  package static var current: Reactor? {
    pthread_getspecific(threadKey).map { Unmanaged<Reactor>.fromOpaque($0).takeUnretainedValue() }
  }

  static let threadKey: pthread_key_t = {
    var key = pthread_key_t()
    precondition(pthread_key_create(&key, nil) == 0, "no thread-specific keys left")
    return key
  }()

  /// On the reactor's thread. Tells `target` once, at the end of this turn, which no more than `batch` jobs delay.
  package func atTurnEnd(_ target: any TurnEnd) {
    turnEnds.append(target)
  }

  /// Thread-safe. Begins the thread, which keeps the reactor alive until `stop`. Once only.
  package func start() {
    let isNew = inbox.withLock { inbox in
      defer { inbox.phase = .running }
      return inbox.phase == .new
    }
    precondition(isNew, "a reactor starts once")
    thread.withLock { thread in
      thread = Self.spawn { [self] in run() }
      precondition(thread != nil, "no thread for a reactor")
    }
  }

  /// Thread-safe, idempotent; returns when the thread has ended. The driver ends its transfers, sleepers are cancelled,
  /// and all that is in the queue is run first. Never call it from the reactor's own thread.
  ///
  /// Jobs that come later still run, one after another, on the thread that brings them, so a straggling task ends
  /// rather than hangs.
  package func stop() {
    precondition(!isCurrent, "a reactor can't wait for itself")
    let previous = inbox.withLock { inbox in
      defer {
        switch inbox.phase {
        case .new: inbox.phase = .stopped
        case .running: inbox.phase = .stopping
        case .stopping, .stopped: break
        }
      }
      return inbox.phase
    }
    switch previous {
    case .new: beginStop()
    case .running: poller.wake()
    case .stopping, .stopped: break
    }
    thread.withLock { thread in
      guard let running = thread else { return }
      pthread_join(running, nil)
      thread = nil
    }
  }

  /// On the reactor's thread, or before `start`. Held until the stop.
  package func attach(_ driver: any ReactorDriver) {
    precondition(self.driver == nil, "a reactor has one driver")
    self.driver = driver
  }

  /// On the reactor's thread. Where the kernel turns out not to know of `before`, what counts is `after`.
  package func watch(_ descriptor: Int32, from before: Interest, to after: Interest) {
    let operation = before.isEmpty ? EPOLL_CTL_ADD : after.isEmpty ? EPOLL_CTL_DEL : EPOLL_CTL_MOD
    poller.control(descriptor, operation, after.epollBits)
  }
}

/// Wants to know when the reactor's turn is over; see `Reactor.atTurnEnd`.
package protocol TurnEnd: AnyObject, Sendable {
  /// On the reactor's thread, before it waits for its sockets again.
  func turnEnded()
}

/// The one party whose descriptors a reactor watches. Everything is called on the reactor's thread.
package protocol ReactorDriver: AnyObject {
  /// May be stale by one turn: a descriptor closed and opened again within a turn can get
  /// the old one's events, so the driver must take them as a hint, and the socket's own answer as the truth.
  func descriptorReady(_ descriptor: Int32, is ready: Interest)

  /// Called between batches of jobs: does what is due, and gives the instant at which it wants to be called again.
  func advance() -> Instant

  /// The reactor stops: end everything, close every descriptor. Called once.
  func reactorWillStop()
}
