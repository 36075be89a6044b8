import Front
import JSONText
import Messages
import Timing
import Watching

extension AdminAPI {
  /// Rows that are told of where nobody says how many.
  private static let usualRows = 200

  /// `GET /api/requests?route=&kept=&limit=`: the newest first.
  func requests(_ request: IncomingRequest) -> JSONObject {
    let (route, kept) = (request.parameter("route"), request.parameter("kept"))
    let limit = request.parameter("limit")?.number(in: 1...10_000) ?? Self.usualRows
    let slowFrom = watches.slowFrom
    let all = watches.requests().filter { one in
      (route == nil || one.route == route)
        && (kept == nil || one.notable(slowFrom: slowFrom).map { kept == "any" || kept == $0.rawValue } == true)
    }
    let report = report(at: .now())
    var answer = JSONObject()
    answer.append("slowFrom", .number(JSONNumber(Int(clamping: slowFrom.nanoseconds / 1_000_000))))
    answer.append("count", .number(JSONNumber(all.count)))
    answer.append("requests", .array(all.prefix(limit).map { .object(report.summary($0)) }))
    return answer
  }

  /// `GET /api/requests/:id`.
  func request(_ id: String) -> APIAnswer {
    guard let found = watches.request(id) else {
      return .problem(Problem(404, detail: "There is no such request, or it is not kept any more."))
    }
    return .json(report(at: .now()).whole(found))
  }
}
