import JSONText
import Timing

/// Figures of all requests as the admin page's API tells them.
package enum OverviewReport {
  /// The members of `GET /api/overview` that come from requests.
  /// - Parameter steps: as many of the last ones are told of, at least twelve; `nil`: all.
  package static func members(_ watches: RequestWatches, at now: Instant, steps: Int? = nil) -> JSONObject {
    let tallies = watches.tallies(at: now)
    var members = JSONObject()
    members.append("now", .object(present(tallies, watches, at: now)))
    members.append("step", .number(JSONNumber(Int(LoopState.step.components.seconds))))
    // The number of the last step, which is still under way, so that who has the others knows how many are new.
    members.append("lastStep", .number(JSONNumber(Int(clamping: now.nanoseconds / LoopState.step.nanoseconds))))
    members.append("series", .object(series(steps.map { tallies.suffix($0) } ?? tallies[...])))
    return members
  }

  /// Over the last minute: of twelve steps the last one is still under way.
  private static func present(_ tallies: [Tally], _ watches: RequestWatches, at now: Instant) -> JSONObject {
    let step = LoopState.step.nanoseconds
    let covered = min(11 * step + now.nanoseconds % step, watches.age(at: now).nanoseconds)
    let seconds = Double(max(1_000_000_000, covered)) / 1e9
    let minute = tallies.suffix(12).reduce(into: Tally()) { $0.add($1) }
    var figures = JSONObject()
    figures.append("requestsPerSecond", .rounded(Double(minute.total) / seconds))
    figures.append("requests", .count(minute.total))
    add(minute, to: &figures)
    return figures
  }

  /// Shares and times of a tally, in the names that all of the API has.
  package static func add(_ tally: Tally, to figures: inout JSONObject) {
    figures.append("errorShare", .share(tally.failedShare))
    figures.append("partialShare", .share(tally.partialShare))
    figures.append("p50", .rounded(tally.quantile(0.5)))
    figures.append("p95", .rounded(tally.quantile(0.95)))
    figures.append("p99", .rounded(tally.quantile(0.99)))
    figures.append("cacheHitShare", .share(tally.cacheHitShare))
  }

  /// A list for each figure, the oldest step first.
  private static func series(_ tallies: ArraySlice<Tally>) -> JSONObject {
    var series = JSONObject()
    let counts: [(String, Tally.Count)] = [
      ("requests", .total), ("errors", .failed), ("partial", .partial), ("cacheHits", .cacheHits),
      ("cacheAsked", .cacheAsked),
    ]
    for (name, count) in counts { series.append(name, .array(tallies.map { .count($0[count]) })) }
    for (name, share) in [("p50", 0.5), ("p95", 0.95), ("p99", 0.99)] {
      series.append(name, .array(tallies.map { .rounded($0.quantile(share)) }))
    }
    return series
  }
}

extension LastMinute.Whole {
  /// Rate, shares and times; `parts` are told of by who knows them.
  package func figures(_ minute: LastMinute) -> JSONObject { Self.figures(tally, minute) }

  package static func figures(_ tally: Tally?, _ minute: LastMinute) -> JSONObject {
    let tally = tally ?? Tally()
    var figures = JSONObject()
    figures.append("requestsPerSecond", .rounded(Double(tally.total) / minute.seconds))
    OverviewReport.add(tally, to: &figures)
    return figures
  }
}
