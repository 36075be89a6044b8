import Front
import Messages
import Metrics
import Timing

/// What is known of the requests of one loop. A value.
struct LoopState: Sendable {
  /// Series of routes, calls, backends and addresses together. Where there would be more, all of them begin anew.
  static let mostSeries = 2048
  static let step: Duration = .seconds(5)
  static let steps = 180
  static let shortStep: Duration = .seconds(10)
  static let shortSteps = 6

  private(set) var overview = Series(windows: steps, of: step)
  private(set) var recent = RecentRequests()
  private var routes = NamedEntries<RouteEntry>()
  private var backends = NamedEntries<BackendEntry>()
  /// Of the last minute; entries name their places.
  private var series: [Series] = []

  private struct RouteEntry {
    let series: Int
    var calls: [CallEntry] = []
  }

  private struct CallEntry {
    let name: String
    let series: Int
    /// Where its backend was found last.
    var backend = 0
  }

  private struct BackendEntry {
    let series: Int
    var addresses: [(name: String, series: Int)] = []
  }

  mutating func refused(_ status: Int, at now: Instant) {
    overview.record(Series.Event(isFailed: status >= 500), at: now)
  }

  mutating func add(_ request: WatchedRequest) {
    recent.add(request)
    let hit = request.cache.flatMap { $0 == .bypass ? nil : $0 == .hit || $0 == .stale || $0 == .collapsed }
    let event = Series.Event(
      microseconds: request.microseconds, isFailed: request.isFailed, isPartial: request.isPartial, isCacheHit: hit)
    overview.record(event, at: request.ended)
    guard let name = request.route else { return }
    var needed = 1
    for place in request.calls.indices { needed += 2 + request.calls[place].attempts.count }
    if series.count + needed > Self.mostSeries { forget() }
    let route = routes.index(of: name, hint: request.routePlace) ?? routes.add(name, RouteEntry(series: begin()))
    series[routes[route].series].record(event, at: request.ended)
    for place in request.calls.indices { record(request.calls[place], place, of: route, at: request.ended) }
  }

  private mutating func record(_ call: CallTrace, _ place: Int, of route: Int, at now: Instant) {
    if call.outcome == "skipped" { return }
    let isFailure = call.isFailure
    let isHit = call.cache.flatMap { $0 == .bypass ? nil : $0 != .miss }
    var event = Series.Event(
      microseconds: call.began.microseconds(to: call.ended), isFailed: isFailure, isCacheHit: isHit,
      outcome: isFailure ? call.outcome : nil)
    let entry = callEntry(call.name, place, of: route)
    series[routes[route].calls[entry].series].record(event, at: now)
    // What the cache had says nothing of the backend, nor what was never to be sent.
    if call.attempts.isEmpty, !isFailure || call.outcome == "invalid-request" || call.outcome == "cancelled" { return }
    event.isCacheHit = nil
    let hint = routes[route].calls[entry].backend
    let backend =
      backends.index(of: call.backend, hint: hint) ?? backends.add(call.backend, BackendEntry(series: begin()))
    if backend != hint { routes[route].calls[entry].backend = backend }
    series[backends[backend].series].record(event, at: now)
    for place in call.attempts.indices { record(call.attempts[place], of: backend, at: now) }
  }

  /// Calls stand in the order of the file, so that their place is mostly the same.
  private mutating func callEntry(_ name: String, _ place: Int, of route: Int) -> Int {
    if place < routes[route].calls.count, routes[route].calls[place].name == name { return place }
    if let known = routes[route].calls.firstIndex(where: { $0.name == name }) { return known }
    routes[route].calls.append(CallEntry(name: name, series: begin()))
    return routes[route].calls.count - 1
  }

  private mutating func record(_ attempt: AttemptTrace, of backend: Int, at now: Instant) {
    if attempt.address.isEmpty { return }
    let isAnswered = attempt.outcome == AttemptTrace.answered
    let isFailed = !isAnswered || attempt.status.map { $0 >= 500 } == true
    let event = Series.Event(
      microseconds: attempt.began.microseconds(to: attempt.ended), isFailed: isFailed,
      outcome: isFailed ? (isAnswered ? "status" : attempt.outcome) : nil)
    let known = backends[backend].addresses.first { $0.name == attempt.address }?.series
    let place = known ?? begin()
    if known == nil { backends[backend].addresses.append((attempt.address, place)) }
    series[place].record(event, at: now)
  }

  private mutating func begin() -> Int {
    series.append(Series(windows: Self.shortSteps, of: Self.shortStep))
    return series.count - 1
  }

  /// Names of routes that a reload took away would be kept for ever, otherwise.
  private mutating func forget() {
    routes = NamedEntries()
    backends = NamedEntries()
    series = []
  }

  /// Adds what this loop has of the last minute.
  func add(to minute: inout LastMinute, at now: Instant) {
    for (name, entry) in routes.all {
      minute.routes[name, default: LastMinute.Whole()].add(
        series[entry.series].tally(at: now), entry.calls.map { ($0.name, series[$0.series].tally(at: now)) })
    }
    for (name, entry) in backends.all {
      minute.backends[name, default: LastMinute.Whole()].add(
        series[entry.series].tally(at: now), entry.addresses.map { ($0.name, series[$0.series].tally(at: now)) })
    }
  }
}
