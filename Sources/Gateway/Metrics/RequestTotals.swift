import Front
import Limiting
import Metrics

/// What has become of requests, by route, and of limits. A value.
struct RequestTotals: Summed {
  /// Names of routes, and of limits, that are kept, those of former definitions too. What a reload brings beyond them is not
  /// counted until a restart.
  static let mostNames = 20_000

  private var entries = NamedEntries<RouteTotals>()
  private(set) var limits: [String: LimitTotals] = [:]

  init() {}

  /// - Parameters:
  ///   - record: complete; one without a route counts under the name that no route has.
  ///   - limits: what its limits have said.
  mutating func add(_ record: RequestRecord, _ method: MethodLabel, _ exemplar: Exemplar?, limits: LimitDecision?) {
    if let place = route(record.route ?? "", hint: record.route == nil ? .max : record.routePlace) {
      entries[place].add(record, method, exemplar)
    }
    guard let limits else { return }
    for standing in limits.standings {
      if let result = LimitTotals.result(of: standing, in: limits) { limit(standing.limit.name) { $0.add(result) } }
    }
    for limit in limits.unasked {
      self.limit(limit.name) { $0.add(limits.outcome == .unavailable ? .refused : .degraded) }
    }
  }

  /// An answer to what is no request.
  mutating func addRefusal(status: Int) {
    guard let place = route("", hint: .max) else { return }
    entries[place].refused.update(RouteTotals.RefusalKey(stage: "request", status: status)) { $0 &+= 1 }
  }

  mutating func add(_ other: RequestTotals) {
    for (hint, other) in other.entries.all.enumerated() {
      if let place = route(other.name, hint: hint) { entries[place].add(other.entry) }
    }
    for (name, totals) in other.limits { limit(name) { $0.add(totals) } }
  }

  /// By their names.
  var routes: [String: RouteTotals] { Dictionary(uniqueKeysWithValues: entries.all.map { ($0.name, $0.entry) }) }

  /// `nil`: there are too many.
  private mutating func route(_ name: String, hint: Int) -> Int? {
    if let place = entries.index(of: name, hint: hint) { return place }
    return entries.all.count < Self.mostNames ? entries.add(name, RouteTotals()) : nil
  }

  private mutating func limit(_ name: String, _ body: (inout LimitTotals) -> Void) {
    if limits.count >= Self.mostNames, limits[name] == nil { return }
    body(&limits[name, default: LimitTotals()])
  }
}

/// What one limit has said. A value.
struct LimitTotals: Summed {
  enum Result: String, CaseIterable, Sendable {
    case allowed, refused
    /// It was let through, but not by Redis, which could not be asked.
    case degraded
  }

  private var counts = SeriesList<Result, UInt64>()

  init() {}

  subscript(result: Result) -> UInt64 { counts[result] }

  mutating func add(_ result: Result) { counts.update(result) { $0 &+= 1 } }
  mutating func add(_ other: LimitTotals) { counts.add(other.counts) }

  /// `nil`: it had room for a request that another one has refused.
  static func result(of standing: LimitStanding, in decision: LimitDecision) -> Result? {
    if standing.wait != .nothing { return .refused }
    guard decision.outcome == .allowed else { return nil }
    return decision.redisFailure != nil && standing.limit.conduct.store == .shared ? .degraded : .allowed
  }
}
