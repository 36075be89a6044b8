import Plans
import Timing

@testable import Limiting

/// A limit for tests. `10/s`, or `10/s+20` with a burst.
func limit(
  _ text: String, _ name: String = "test", by: String = "client.ip", _ change: (inout LimitConduct) -> Void = { _ in }
) throws -> Limit {
  let parts = text.split(separator: "+")
  var conduct = LimitConduct()
  change(&conduct)
  return Limit(
    name, try LimitRate(String(parts[0]), burst: parts.dropFirst().first.flatMap { Int($0) }), by: by, conduct)
}

func request(_ limits: Limit..., by value: String = "a", cost: Int = 1) -> LimitRequest {
  var request = LimitRequest()
  for limit in limits { request.add(limit, by: value, cost: cost) }
  return request
}

extension LimitDecision {
  var isAllowed: Bool { outcome == .allowed }
  var remaining: [Int] { standings.map(\.remaining) }
}

extension WallTime {
  /// 2027-01-15T08:00:00Z
  static let epoch = WallTime(milliseconds: 1_800_000_000_000)

  static func + (time: WallTime, milliseconds: Int) -> WallTime {
    WallTime(milliseconds: time.milliseconds + Int64(milliseconds))
  }
}

extension LocalCounters {
  func decide(_ request: LimitRequest, at now: WallTime) -> LimitDecision {
    LimitDecision(count(request.counters, at: now))
  }
}
