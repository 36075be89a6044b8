import Front
import JSONText
import Messages
import Timing
import Upstream
import Watching

extension AdminAPI {
  /// `GET /api/backends`.
  func backends() -> JSONObject {
    let now = Instant.now()
    let minute = watches.lastMinute(at: now)
    let conditions = generations.generation.backends.conditions(at: now)
    var answer = JSONObject()
    answer.append("seconds", .rounded(minute.seconds))
    answer.append("backends", .array(conditions.map { .object(row($0, minute)) }))
    return answer
  }

  private func row(_ backend: BackendCondition, _ minute: LastMinute) -> JSONObject {
    let figures = minute.backends[backend.name]
    let trouble = Troubles.ofBackend(backend.name, figures?.tally, backend.troubles, slowFrom: watches.slowFrom)
    var row = JSONObject()
    row.append("name", .string(backend.name))
    row.append("wrong", .text(trouble?.words))
    row.append("weight", .text(trouble?.weight.rawValue))
    row.append("inFlight", .number(JSONNumber(backend.addresses.reduce(0) { $0 + $1.inFlight })))
    row.append("mostConcurrent", backend.places.map { .number(JSONNumber($0.most)) } ?? .null)
    row.append("waiting", .number(JSONNumber(backend.places?.waiting ?? 0)))
    for member in LastMinute.Whole.figures(figures?.tally, minute).members where member.name != "cacheHitShare" {
      row.append(member.name, member.value)
    }
    row.append(
      "addresses", .array(backend.addresses.map { .object(self.row($0, figures, minute)) }))
    return row
  }

  private func row(
    _ address: BackendCondition.Address, _ figures: LastMinute.Whole?, _ minute: LastMinute
  ) -> JSONObject {
    let figures = LastMinute.Whole.figures(figures?.parts[address.name], minute)
    var row = JSONObject()
    row.append("address", .string(address.name))
    row.append("healthy", .bool(address.isHealthy != false))
    row.append("drained", .bool(address.isDrained))
    row.append("breaker", .text(address.breaker?.rawValue))
    row.append(
      "openFor", address.openFor.map { .number(JSONNumber(Int(clamping: $0.nanoseconds / 1_000_000))) } ?? .null)
    row.append("inFlight", .number(JSONNumber(address.inFlight)))
    for name in ["requestsPerSecond", "errorShare", "p50", "p95", "p99"] { row.append(name, figures[name] ?? .null) }
    return row
  }

  /// `POST /api/backends/:name/reset`.
  func reset(_ name: String) -> APIAnswer {
    guard generations.generation.backends.resetBreakers(of: name) else { return .problem(Self.noBackend) }
    process.logger.notice("breakers reset", metadata: ["backend": "\(name)"])
    return .json(backends())
  }

  /// `POST /api/backends/:name/addresses/:address/drain` and `/undrain`.
  func drain(_ isDrained: Bool, _ request: IncomingRequest) -> APIAnswer {
    let (name, address) = (request.capture("name"), request.capture("address"))
    switch generations.generation.backends.setDrained(isDrained, address: address, of: name) {
    case .done:
      process.logger.notice(
        isDrained ? "address drained" : "address takes requests again",
        metadata: ["backend": "\(name)", "address": "\(address)"])
      return .json(backends())
    case .noSuchBackend: return .problem(Self.noBackend)
    case .noSuchAddress:
      return .problem(Problem(404, detail: "The backend has no such address; GET /api/backends lists them."))
    case .lastOne:
      return .problem(Problem(409, detail: "It is the last address that takes requests, and one has to."))
    }
  }

  private static let noBackend = Problem(404, detail: "There is no such backend; GET /api/backends lists them.")
}
