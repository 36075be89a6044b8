import Reactor
import Transfers

/// The transfer loops, one for each front loop. *Immutable*; each loop is confined to its own thread.
struct TransferPool {
  let loops: [TransferLoop]

  /// Threads start at once.
  init(count: Int) {
    loops = (0..<count).map { index in
      let reactor = Reactor(name: "transfer-\(index)")
      let loop = TransferLoop(reactor: reactor)
      reactor.start()
      return loop
    }
  }

  /// Bounds open connections to backends, over all loops.
  func bound(connections: Int) {
    for loop in loops { loop.bound(connections: max(1, connections / loops.count)) }
  }

  /// Ends what is in flight as cancelled and joins the threads.
  func stop() {
    for loop in loops { loop.shutdown() }
    for loop in loops { loop.reactor.stop() }
  }
}
