import Front
import Plans
import Reactor
import Transfers
import Upstream

/// The transfer loops, one for each front loop. *Immutable*; each loop is confined to its own thread.
struct TransferPool {
  let backends: Backends
  let loops: [TransferLoop]
  let clients: [UpstreamClient]

  /// Threads start at once.
  init(_ plans: [BackendPlan], count: Int) {
    let backends = Backends(plans)
    loops = (0..<count).map { index in
      let reactor = Reactor(name: "transfer-\(index)")
      let loop = TransferLoop(reactor: reactor)
      reactor.start()
      return loop
    }
    clients = loops.map { UpstreamClient(backends: backends, loop: $0) }
    self.backends = backends
  }

  var callers: [UpstreamCaller] {
    zip(clients, loops).map { UpstreamCaller(client: $0, loop: $1) }
  }

  var lanes: [TransferLane] {
    zip(clients, loops).map { TransferLane(reactor: $1.reactor, client: $0) }
  }

  /// Ends what is in flight as cancelled and joins the threads.
  func stop() {
    for loop in loops { loop.shutdown() }
    for loop in loops { loop.reactor.stop() }
  }
}
