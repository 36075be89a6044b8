import Caching
import Front
import Listening
import Messages
import Metrics
import Plans
import Redis
import Resilience
import Timing
import Upstream

/// The text of `/metrics`: gathers what the parts of the process have counted, and what they are like now. *Immutable.*
struct MetricsReport: Sendable {
  let process: ProcessParts
  let server: HTTPServer
  let kept: KeptParts
  /// What is served; what it names has figures before anything happens.
  let plan: GatewayPlan
  let reloads: ReloadFigures

  /// Not for a loop: it takes some milliseconds where there are many routes.
  func text(_ format: ExpositionFormat) -> [UInt8] {
    let totals = process.requests.totals
    let routes = totals.routes.sorted { $0.key < $1.key }
    var writer = ExpositionWriter(format)
    writeServer(routes, &writer)
    writeCalls(routes, &writer)
    writeCache(routes, &writer)
    writeBackends(hedges: hedges(routes), &writer)
    writeRefusals(routes, &writer)
    writeLimits(totals.limits, &writer)
    writeCompensations(&writer)
    writeRedis(&writer)
    writeGateway(&writer)
    writeProcess(.now(), &writer)
    writer.end()
    return writer.bytes
  }

  /// The names of the routes that have calls.
  private var composites: [String] { plan.routes.filter { $0.composite?.calls.isEmpty == false }.map(\.name) }

  private typealias Routes = [(key: String, value: RouteTotals)]

  // MARK: Requests

  private func writeServer(_ routes: Routes, _ writer: inout ExpositionWriter) {
    writer.begin(.requestDuration)
    for (route, totals) in routes {
      for (key, times) in totals.requests.entries {
        let labels: LabelText = [
          "route": route, "method": key.method.rawValue, "status_class": key.status.rawValue,
        ]
        writer.add(labels, times)
      }
    }
    writer.begin(.activeRequests)
    writer.add([:], server.requestsInFlight)
    writer.begin(.connections)
    for wire in WireProtocol.allCases { writer.add(["protocol": wire.label], server.connections(speaking: wire)) }
  }

  private func writeCalls(_ routes: Routes, _ writer: inout ExpositionWriter) {
    func forEachOutcome(_ body: (LabelText, CallTotals) -> Void) {
      for (route, totals) in routes {
        for (key, outcomes) in totals.calls.entries {
          for (outcome, call) in outcomes.entries {
            body(["route": route, "call": key.call, "backend": key.backend, "outcome": outcome], call)
          }
        }
      }
    }
    writer.begin(.parts)
    forEachOutcome { writer.add($0, $1.count) }
    writer.begin(.callDuration)
    forEachOutcome { if $1.times.count > 0 { writer.add($0, $1.times) } }
    writer.begin(.partialResponses)
    let none = Dictionary(composites.map { ($0, UInt64(0)) }) { first, _ in first }
    let partial = routes.reduce(into: none) { if $1.value.partial > 0 { $0[$1.key] = $1.value.partial } }
    for (route, count) in partial.sorted(by: { $0.key < $1.key }) { writer.add(["route": route], count) }
  }

  private func writeRefusals(_ routes: Routes, _ writer: inout ExpositionWriter) {
    writer.begin(.refused)
    for (route, totals) in routes {
      for (key, count) in totals.refused.entries {
        let status = key.status == 0 ? StatusClass.none.rawValue : String(key.status)
        writer.add(["route": route, "stage": key.stage, "status": status], count)
      }
    }
  }

  private func writeLimits(_ limits: [String: LimitTotals], _ writer: inout ExpositionWriter) {
    writer.begin(.limitRequests)
    for (name, totals) in limits.sorted(by: { $0.key < $1.key }) {
      for result in LimitTotals.Result.allCases {
        writer.add(["limit": name, "result": result.rawValue], totals[result])
      }
    }
  }

  private func writeCompensations(_ writer: inout ExpositionWriter) {
    var calls = process.writes.figures.compensations
    for route in plan.routes {
      for call in route.composite?.calls ?? [] where call.compensation != nil {
        let name = WritesUnderWay.CallName(route: route.name, call: call.name)
        if calls[name] == nil { calls[name] = WritesUnderWay.Compensations() }
      }
    }
    writer.begin(.compensations)
    for (name, ends) in calls.sorted(by: { ($0.key.route, $0.key.call) < ($1.key.route, $1.key.call) }) {
      writer.add(["route": name.route, "call": name.call, "result": "done"], ends.done)
      writer.add(["route": name.route, "call": name.call, "result": "failed"], ends.failed)
    }
  }

  // MARK: Cache and Redis

  private func writeCache(_ routes: Routes, _ writer: inout ExpositionWriter) {
    writer.begin(.cacheRequests)
    for (route, totals) in routes {
      for (key, count) in totals.cache.entries {
        let level = key.level?.rawValue ?? "none"
        writer.add(["route": route, "call": key.call, "result": key.result.rawValue, "level": level], count)
      }
    }
    let memory = kept.cache?.memory.statistics
    writer.begin(.cacheBytes)
    if let memory { writer.add([:], memory.bytes) }
    writer.begin(.cacheEntries)
    if let memory { writer.add([:], memory.entries) }
    writer.begin(.cacheEvictions)
    if let memory { writer.add([:], memory.evictions) }
  }

  private func writeRedis(_ writer: inout ExpositionWriter) {
    let figures = [kept.cache?.redisFigures, kept.state?.topology.figures].compactMap(\.self)
    writer.begin(.redisRequests)
    for result in RedisFigures.Result.allCases where !figures.isEmpty {
      writer.add(["result": result.rawValue], figures.reduce(0) { $0 &+ $1[result] })
    }
    writer.begin(.redisDuration)
    if !figures.isEmpty { writer.add([:], figures.reduce(into: Histogram()) { $0.add($1.times.value) }) }
    writer.begin(.redisUp)
    if !figures.isEmpty { writer.add([:], isRedisUp ? 1 : 0) }
  }

  private var isRedisUp: Bool {
    (kept.cache?.counters[.redisLinksDown] ?? 0) == 0 && (kept.state?.linksDown ?? 0) == 0
  }

  // MARK: Backends

  private func hedges(_ routes: Routes) -> [String: UInt64] {
    routes.reduce(into: [:]) { sums, route in
      for (key, outcomes) in route.value.calls.entries {
        sums[key.backend, default: 0] &+= outcomes.entries.reduce(0) { $0 &+ $1.figure.hedged }
      }
    }
  }

  private func writeBackends(hedges: [String: UInt64], _ writer: inout ExpositionWriter) {
    let backends = process.backends.standings.map { (labels: ["backend": $0.name] as LabelText, standing: $0) }
    writer.begin(.backendRetries)
    for (labels, backend) in backends { writer.add(labels, backend.retries) }
    writer.begin(.backendHedges)
    for (labels, backend) in backends { writer.add(labels, hedges[backend.name] ?? 0) }
    writer.begin(.backendQueue)
    for (labels, backend) in backends {
      if let queue = backend.queue { writer.add(labels, queue) }
    }
    writer.begin(.backendInFlight)
    for (labels, backend) in backends { writer.add(labels, backend.inFlight) }
    writer.begin(.breakerState)
    for (labels, backend) in backends {
      for address in backend.addresses {
        if let state = address.breaker { writer.add(labels.and("address", address.name), state.figure) }
      }
    }
    writer.begin(.addressHealthy)
    for (labels, backend) in backends {
      for address in backend.addresses {
        writer.add(labels.and("address", address.name), address.isHealthy == false ? 0 : 1)
      }
    }
  }

  // MARK: The process

  private func writeGateway(_ writer: inout ExpositionWriter) {
    writer.begin(.loopLag)
    for loop in process.lag.loops { writer.add(["loop": loop.name], Double(loop.lag()) / 1e9) }
    writer.begin(.reloads)
    writer.add(["result": "ok"], reloads.ok)
    writer.add(["result": "failed"], reloads.failed)
    writer.begin(.generation)
    writer.add(["fingerprint": reloads.fingerprint], 1)
    let ends = Dictionary(server.certificateEnds.map { ($0.file, $0.notAfter) }) { min($0, $1) }
    let now = WallTime.clock().milliseconds / 1000
    writer.begin(.certificateExpiry)
    for (file, end) in ends.sorted(by: { $0.key < $1.key }) { writer.add(["certificate": file], end - Int(now)) }
  }

  private func writeProcess(_ figures: ProcessFigures, _ writer: inout ExpositionWriter) {
    writer.begin(.processSeconds)
    writer.add([:], figures.seconds)
    writer.begin(.processResident)
    writer.add([:], figures.residentBytes)
    writer.begin(.processVirtual)
    writer.add([:], figures.virtualBytes)
    writer.begin(.processThreads)
    writer.add([:], figures.threads)
    writer.begin(.processDescriptors)
    writer.add([:], figures.openDescriptors)
    writer.begin(.processMostDescriptors)
    writer.add([:], figures.mostDescriptors)
    writer.begin(.processStart)
    writer.add([:], figures.started)
  }
}

extension WireProtocol {
  /// As ALPN names it.
  fileprivate var label: String {
    switch self {
    case .opening: "opening"
    case .http1: "http/1.1"
    case .http2: "h2"
    }
  }
}

extension Breaker.Change.State {
  fileprivate var figure: Int {
    switch self {
    case .closed: 0
    case .halfOpen: 1
    case .open: 2
    }
  }
}
