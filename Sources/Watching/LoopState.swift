import Front
import Messages
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
  private var routes: [String: RouteEntry] = [:]
  private var backends: [String: BackendEntry] = [:]
  /// Of the last minute; entries name their places.
  private var series: [Series] = []

  private struct RouteEntry {
    let series: Int
    var calls: [(name: String, series: Int)] = []
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
    guard let route = request.route else { return }
    let needed = 1 + request.calls.reduce(0) { $0 + 2 + $1.attempts.count }
    if series.count + needed > Self.mostSeries { forget() }
    var entry = routes[route] ?? RouteEntry(series: begin())
    series[entry.series].record(event, at: request.ended)
    let known = entry.calls.count
    for (place, call) in request.calls.enumerated() where call.outcome != "skipped" {
      record(call, place, &entry, at: request.ended)
    }
    if known != entry.calls.count || known == 0 { routes[route] = entry }
  }

  private mutating func record(_ call: CallTrace, _ place: Int, _ entry: inout RouteEntry, at now: Instant) {
    let isHit = call.cache.flatMap { $0 == .bypass ? nil : $0 != .miss }
    let event = Series.Event(
      microseconds: call.began.microseconds(to: call.ended), isFailed: call.isFailure, isCacheHit: isHit,
      outcome: call.isFailure ? call.outcome : nil)
    series[callSeries(call.name, place, &entry)].record(event, at: now)
    // What the cache had says nothing of the backend, nor what was never to be sent.
    if call.attempts.isEmpty, !call.isFailure || call.outcome == "invalid-request" || call.outcome == "cancelled" {
      return
    }
    record(call, event, at: now)
  }

  /// Calls stand in the order of the file, so that their place is mostly the same.
  private mutating func callSeries(_ name: String, _ place: Int, _ entry: inout RouteEntry) -> Int {
    if place < entry.calls.count, entry.calls[place].name == name { return entry.calls[place].series }
    if let known = entry.calls.first(where: { $0.name == name }) { return known.series }
    let made = begin()
    entry.calls.append((name, made))
    return made
  }

  private mutating func record(_ call: CallTrace, _ event: Series.Event, at now: Instant) {
    var event = event
    event.isCacheHit = nil
    var backend = backends[call.backend] ?? BackendEntry(series: begin())
    series[backend.series].record(event, at: now)
    let known = backend.addresses.count
    for attempt in call.attempts where !attempt.address.isEmpty {
      let isAnswered = attempt.outcome == AttemptTrace.answered
      let isFailed = !isAnswered || attempt.status.map { $0 >= 500 } == true
      let event = Series.Event(
        microseconds: attempt.began.microseconds(to: attempt.ended), isFailed: isFailed,
        outcome: isFailed ? (isAnswered ? "status" : attempt.outcome) : nil)
      let place: Int
      if let found = backend.addresses.first(where: { $0.name == attempt.address }) {
        place = found.series
      } else {
        place = begin()
        backend.addresses.append((attempt.address, place))
      }
      series[place].record(event, at: now)
    }
    if known != backend.addresses.count || known == 0 { backends[call.backend] = backend }
  }

  private mutating func begin() -> Int {
    series.append(Series(windows: Self.shortSteps, of: Self.shortStep))
    return series.count - 1
  }

  /// Names of routes that a reload took away would be kept for ever, otherwise.
  private mutating func forget() {
    routes = [:]
    backends = [:]
    series = []
  }

  /// Adds what this loop has of the last minute.
  func add(to minute: inout LastMinute, at now: Instant) {
    for (name, entry) in routes {
      minute.routes[name, default: LastMinute.Whole()].add(
        series[entry.series].tally(at: now), entry.calls.map { ($0.name, series[$0.series].tally(at: now)) })
    }
    for (name, entry) in backends {
      minute.backends[name, default: LastMinute.Whole()].add(
        series[entry.series].tally(at: now), entry.addresses.map { ($0.name, series[$0.series].tally(at: now)) })
    }
  }
}
