import JSONText
import Plans
import Timing
import Upstream
import Watching

extension AdminAPI {
  /// `GET /api/overview`.
  func overview() -> JSONObject {
    let now = Instant.now()
    let serving = generations.serving
    var answer = state(serving, at: now)
    for member in OverviewReport.members(watches, at: now).members { answer.append(member.name, member.value) }
    answer.append("wrong", .array(troubles(serving, at: now).map(\.json)))
    return answer
  }

  /// What an event stream tells each second: the same without what is past.
  func tick() -> JSONObject {
    let now = Instant.now()
    let serving = generations.serving
    var answer = state(serving, at: now)
    for member in OverviewReport.members(watches, at: now, steps: 13).members {
      answer.append(member.name, member.value)
    }
    answer.append("wrong", .array(troubles(serving, at: now).map(\.json)))
    return answer
  }

  private func state(_ serving: Serving, at now: Instant) -> JSONObject {
    var answer = JSONObject()
    answer.append("time", .string(Timestamp.now()))
    answer.append("state", .string(process.state.isDraining ? "draining" : "ready"))
    answer.append("uptime", .number(JSONNumber(process.begun.milliseconds(to: now))))
    answer.append("fingerprint", .string(serving.generation.plan.fingerprint))
    answer.append("routes", .number(JSONNumber(serving.generation.plan.routes.count)))
    answer.append("requestsInFlight", .number(JSONNumber(serving.server?.requestsInFlight ?? 0)))
    answer.append("connections", .number(JSONNumber(serving.server?.openConnections ?? 0)))
    return answer
  }

  /// What is wrong now, the worst first.
  func troubles(_ serving: Serving, at now: Instant) -> [Trouble] {
    let minute = watches.lastMinute(at: now)
    var found: [Trouble] = []
    for condition in serving.generation.backends.conditions(at: now) {
      let tally = minute.backends[condition.name]?.tally
      let trouble = Troubles.ofBackend(condition.name, tally, condition.troubles, slowFrom: watches.slowFrom)
      if let trouble { found.append(trouble) }
    }
    for (name, whole) in minute.routes.sorted(by: { $0.key < $1.key }) {
      if let trouble = Troubles.ofRoute(name, whole.tally) { found.append(trouble) }
    }
    if case .refused(let diagnostics)? = serving.lastReload?.outcome {
      let first = diagnostics.all.first { $0.severity == .error }?.headline ?? ""
      found.append(
        Trouble(.warning, .gateway, "definitions", "the last reload was refused, the one before is served: \(first)"))
    }
    if let cache = serving.kept.cache, cache.health == .degraded {
      found.append(Trouble(.warning, .gateway, "redis", "can't be reached; the cache is in memory only"))
    }
    return found.filter { $0.weight == .bad } + found.filter { $0.weight == .warning }
  }
}

extension BackendCondition {
  /// What its addresses say, in words.
  var troubles: [Troubles.Condition] {
    var found: [Troubles.Condition] = []
    add("unhealthy", where: { $0.isHealthy == false ? "" : nil }, to: &found)
    add("breaker open", where: { $0.breaker == .open ? Self.time($0.openFor) : nil }, to: &found)
    for address in addresses where address.isDrained { found.append(.init(.warning, "\(address.name) drained")) }
    if let places, places.waiting > 0 { found.append(.init(.warning, "\(places.waiting) wait for a place")) }
    return found
  }

  /// It is bad where all addresses are so.
  private func add(_ what: String, where more: (Address) -> String?, to found: inout [Troubles.Condition]) {
    let those = addresses.compactMap { address in more(address).map { (address.name, $0) } }
    guard let first = those.first else { return }
    if those.count == addresses.count {
      found.append(.init(.bad, what + first.1))
    } else {
      found += those.map { .init(.warning, "\(what)\($0.1) at \($0.0)") }
    }
  }

  private static func time(_ openFor: Duration?) -> String {
    guard let openFor else { return "" }
    return " for \(max(1, (openFor.nanoseconds + 500_000_000) / 1_000_000_000)) s"
  }
}
