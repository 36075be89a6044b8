import Front
import JSONText
import Messages
import Timing

/// A request as the admin page's API tells it.
package struct RequestReport: Sendable {
  let secrets: SecretParts
  let slowFrom: Duration
  let now: Instant
  let clock: WallTime

  /// - Parameter clock: the time of day at `now`.
  package init(_ secrets: SecretParts, slowFrom: Duration, at now: Instant = .now(), clock: WallTime = .clock()) {
    self.secrets = secrets
    self.slowFrom = slowFrom
    self.now = now
    self.clock = clock
  }

  /// A row of the list.
  package func summary(_ request: WatchedRequest) -> JSONObject {
    var row = JSONObject()
    row.append("id", .string(request.id))
    row.append("time", .string(time(of: request.received)))
    row.append("route", .text(request.route))
    row.append("method", .string(request.method))
    row.append("path", .string(request.path))
    row.append("status", request.status.map { .number(JSONNumber($0)) } ?? .null)
    row.append("ms", .rounded(Double(request.microseconds) / 1000))
    row.append("result", .string(result(request)))
    row.append("kept", .text(request.notable(slowFrom: slowFrom)?.rawValue))
    row.append("cache", .text(request.cache?.rawValue))
    let slowest = request.calls.max { $0.duration < $1.duration }
    row.append(
      "slowest",
      slowest.map {
        ["name": .string($0.name), "ms": .rounded($0.duration), "outcome": .string($0.outcome)]
      } ?? .null)
    row.append(
      "failed", .array(request.calls.filter(\.isFailure).map { .string("\($0.name)=\($0.outcome)") }))
    return row
  }

  /// The word by which people know how it went.
  private func result(_ request: WatchedRequest) -> String {
    if let end = request.end { return end.rawValue }
    if request.refused != nil { return "refused" }
    if request.isFailed { return "failed" }
    return request.isPartial ? "partial" : "answered"
  }

  /// All that is known of it, with its calls as a waterfall: times in milliseconds from its beginning.
  package func whole(_ request: WatchedRequest) -> JSONObject {
    var whole = summary(request)
    whole.append("query", .text(request.query.map { secrets.query($0) }))
    whole.append("protocol", .string("HTTP/\(request.protocolVersion)"))
    whole.append("host", .string(request.host))
    whole.append("client", .string(request.client))
    whole.append("identity", .text(request.subject))
    whole.append("trace", .text(request.trace.map { RandomIDs.hex($0.traceHigh, $0.traceLow) }))
    whole.append("bytes", .number(JSONNumber(request.bytes)))
    whole.append("outcome", .text(request.outcome))
    whole.append("replayed", .bool(request.isReplayed))
    whole.append(
      "refused",
      request.refused.map { ["stage": .string($0.stage), "why": .text($0.why), "reason": .text($0.reason)] } ?? .null)
    whole.append("curl", .string(CurlLine.text(request, secrets)))
    whole.append("calls", .array(request.calls.map { .object(call($0, since: request.received)) }))
    return whole
  }

  private func call(_ call: CallTrace, since start: Instant) -> JSONObject {
    var row = JSONObject()
    row.append("name", .string(call.name))
    row.append("backend", .string(call.backend))
    row.append("outcome", .string(call.outcome))
    row.append("status", call.status.map { .number(JSONNumber($0)) } ?? .null)
    row.append("at", .rounded(start.milliseconds(until: call.began)))
    row.append("ms", .rounded(call.duration))
    row.append("cache", .text(call.cache?.rawValue))
    row.append("hedged", .bool(call.isHedged))
    row.append("used", .text(call.used))
    row.append("compensated", .text(call.compensated))
    row.append("attemptCount", .number(JSONNumber(call.attemptCount)))
    row.append("attempts", .array(call.attempts.map { attempt($0, since: start) }))
    return row
  }

  /// What an attempt's time went to: the queue, connecting, waiting for the first byte, and the body.
  private func attempt(_ attempt: AttemptTrace, since start: Instant) -> JSONValue {
    let whole = attempt.began.milliseconds(until: attempt.ended)
    let connect = attempt.connect.map { min($0.inMilliseconds, whole) }
    let firstByte = attempt.firstByte.map { min($0.inMilliseconds, whole) }
    var row = JSONObject()
    row.append("address", .string(attempt.address))
    row.append("at", .rounded(start.milliseconds(until: attempt.queued)))
    row.append("queue", .rounded(attempt.queued.milliseconds(until: attempt.began)))
    row.append("connect", .rounded(connect))
    row.append("firstByte", .rounded(firstByte.map { max(0, $0 - (connect ?? 0)) }))
    row.append("body", .rounded(firstByte.map { whole - $0 }))
    row.append("ms", .rounded(whole))
    row.append("status", attempt.status.map { .number(JSONNumber($0)) } ?? .null)
    row.append("outcome", .string(attempt.outcome))
    return .object(row)
  }

  private func time(of instant: Instant) -> String {
    let age = max(0, now.nanoseconds &- instant.nanoseconds) / 1_000_000
    let time = clock.milliseconds &- age
    return Timestamp.text(seconds: Int(clamping: time / 1000), milliseconds: Int(clamping: time % 1000))
  }
}

extension CallTrace {
  /// In milliseconds.
  fileprivate var duration: Double { began.milliseconds(until: ended) }
}

extension Instant {
  fileprivate func milliseconds(until other: Instant) -> Double {
    Double(max(0, other.nanoseconds &- nanoseconds)) / 1e6
  }
}

extension Duration {
  fileprivate var inMilliseconds: Double { Double(nanoseconds) / 1e6 }
}
