import Logging
import Plans
import Resilience
import Upstream

extension UpstreamEvent {
  /// Writes a line for each event. Any thread.
  func note(in logger: Logger) {
    switch self {
    case .breaker(let change, let backend, let address):
      var metadata: Logger.Metadata = ["backend": "\(backend)", "address": "\(address)"]
      if change.calls > 0 {
        metadata["calls"] = "\(change.calls)"
        metadata["failures"] = "\(change.failures)"
      }
      if let time = change.openFor { metadata["openFor"] = "\(time.written)" }
      logger.log(level: change.to == .open ? .warning : .notice, "\(change.to.sentence)", metadata: metadata)
    case .retriesRefused(let count, let backend):
      logger.warning("the retry budget is spent", metadata: ["backend": "\(backend)", "refused": "\(count)"])
    case .health(let change):
      logger.notice(
        change.isHealthy ? "backend address is healthy again" : "backend address is unhealthy",
        metadata: ["backend": "\(change.backend)", "address": "\(change.address)"])
    }
  }
}

extension Breaker.Change.State {
  fileprivate var sentence: String {
    switch self {
    case .closed: "breaker closed"
    case .open: "breaker opened"
    case .halfOpen: "breaker lets one call try"
    }
  }
}
