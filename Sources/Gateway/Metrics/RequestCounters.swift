import Front
import Limiting
import Locking
import Metrics

/// *Immutable*; its shards guard themselves. What requests were, over all front loops, since the start of the process.
final class RequestCounters: RequestObservers {
  private let shards: [RequestShard]

  init(loops: Int) {
    shards = (0..<loops).map { _ in RequestShard() }
  }

  func observer(ofLoop index: Int) -> any RequestObserver { shards[index] }

  /// The sum of all loops. Each is held up for as long as it takes to count one request; what it counts next it copies
  /// first.
  var totals: RequestTotals {
    shards.reduce(into: RequestTotals()) { $0.add($1.current) }
  }
}

/// *Guarded by its lock*, which nobody else wants but for a scrape. What the requests of one front loop were.
private final class RequestShard: RequestObserver, Sendable {
  private let totals = Locked(RequestTotals())

  var current: RequestTotals { totals.withLock { $0 } }

  func ended(_ exchange: Exchange) {
    let (record, method) = (exchange.record, MethodLabel(exchange.request.method))
    let trace = exchange.request.client.trace
    let limits = exchange.limits as? LimitDecision
    let exemplar = trace.isSampled ? Exemplar(trace, record) : nil
    totals.withLock { $0.add(record, method, exemplar, limits: limits) }
  }

  func refused(status: Int) {
    totals.withLock { $0.addRefusal(status: status) }
  }
}

extension Exemplar {
  fileprivate init(_ trace: TraceContext, _ record: RequestRecord) {
    self.init(
      traceHigh: trace.traceHigh, traceLow: trace.traceLow,
      nanoseconds: record.received.duration(to: record.ended).nanoseconds, at: record.ended)
  }
}

extension TraceContext {
  /// Others keep it, so that it can be found.
  fileprivate var isSampled: Bool { flags & 1 != 0 }
}
