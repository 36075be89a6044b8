import Front
import Logging
import Plans
import Proxying
import Reactor
import Transfers
import Upstream

/// The transfer loops, one for each front loop. *Immutable*; each loop is confined to its own thread.
struct TransferPool {
  let backends: Backends
  let loops: [TransferLoop]
  let clients: [UpstreamClient]
  private let prober: HealthProber

  /// Threads and health probes start at once.
  init(_ plans: [BackendPlan], count: Int, logger: Logger) {
    let backends = Backends(plans) { $0.note(in: logger) }
    loops = (0..<count).map { index in
      let reactor = Reactor(name: "transfer-\(index)")
      let loop = TransferLoop(reactor: reactor)
      reactor.start()
      return loop
    }
    clients = loops.map { UpstreamClient(backends: backends, loop: $0) }
    self.backends = backends
    // One loop probes for all of them.
    prober = HealthProber(backends: backends, loop: loops[0]) { change in
      logger.notice(
        change.isHealthy ? "backend address is healthy again" : "backend address is unhealthy",
        metadata: ["backend": "\(change.backend)", "address": "\(change.address)"])
    }
    prober.start()
  }

  var callers: [UpstreamCaller] {
    zip(clients, loops).map { UpstreamCaller(client: $0, loop: $1) }
  }

  var lanes: [TransferLane] {
    zip(clients, loops).map { TransferLane(reactor: $1.reactor, client: $0) }
  }

  /// Ends what is in flight as cancelled and joins the threads.
  func stop() {
    prober.stop()
    for loop in loops { loop.shutdown() }
    for loop in loops { loop.reactor.stop() }
  }
}
