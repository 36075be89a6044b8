import Messages
import Timing

extension CallTrace {
  private var milliseconds: Int { began.milliseconds(to: ended) }

  /// `name=ms`, with `!outcome` where it failed, and `~cache` or `~stale` where a cache gave it.
  var logText: String {
    var text = "\(name)=\(milliseconds)"
    if isFailure { text += "!\(outcome)" }
    if let mark = cacheMark { text += "~\(mark)" }
    return text
  }

  /// `cache` or `stale` where a kept value was given.
  var cacheMark: String? {
    if cache == .stale || used == "stale" { return "stale" }
    return cache == .hit ? "cache" : nil
  }

  /// Its member of `calls`. Names and words need no escapes.
  var logJSON: String {
    let status = status.map(String.init) ?? "null"
    let cache = cache.map { "\"\($0.rawValue)\"" } ?? "null"
    let waiting = attempts.reduce(Duration.zero) { $0 + $1.queued.duration(to: $1.began) }
    return #"{"name":"\#(name)","outcome":"\#(outcome)","status":\#(status),"ms":\#(milliseconds),"#
      + #""queue":\#(waiting.wholeMilliseconds),"attempts":\#(attemptCount),"hedged":\#(isHedged),"cache":\#(cache)}"#
  }
}

extension Duration {
  /// Rounded down.
  fileprivate var wholeMilliseconds: Int64 { nanoseconds / 1_000_000 }
}

/// The course of a request's calls in words, for people.
///
///     me 0-12 ms ok: http://10.0.0.1:80 connected in 1 ms, first byte after 11 ms, 200 after 12 ms; recs 12-12 ms ok from
///     the cache; orders 12-262 ms timeout: waited 30 ms, http://10.0.0.2:80 timeout after 220 ms
enum Waterfall {
  /// In bytes: the path has to stand behind it.
  static let maxBytes = 2048

  static func text(_ calls: [CallTrace], since received: Instant) -> String {
    var text = ""
    for call in calls where call.outcome != "skipped" {
      let words = words(call, since: received)
      guard text.utf8.count + words.utf8.count <= maxBytes else { return text + "; …" }
      if !text.isEmpty { text += "; " }
      text += words
    }
    return text
  }

  private static func words(_ call: CallTrace, since received: Instant) -> String {
    let (began, ended) = (received.milliseconds(to: call.began), received.milliseconds(to: call.ended))
    var text = "\(call.name) \(began)-\(ended) ms \(call.outcome)"
    switch call.cacheMark {
    case "cache": text += " from the cache"
    case "stale": text += ", a stale value stands in"
    default: if call.used != nil { text += ", a fallback stands in" }
    }
    if let compensated = call.compensated { text += ", undone: \(compensated)" }
    if call.cache == .collapsed { text += ", fetched for another" }
    let attempts = call.attempts.map(words)
    if !attempts.isEmpty { text += ": " + attempts.joined(separator: ", then ") }
    let others = call.attemptCount - call.attempts.count
    return others > 0 ? text + ", and \(others) more" : text
  }

  private static func words(_ attempt: AttemptTrace) -> String {
    var parts: [String] = []
    let waited = attempt.queued.milliseconds(to: attempt.began)
    if waited > 0 { parts.append("waited \(waited) ms") }
    var facts: [String] = []
    if let connect = attempt.connect { facts.append("connected in \(connect.wholeMilliseconds) ms") }
    if let first = attempt.firstByte { facts.append("first byte after \(first.wholeMilliseconds) ms") }
    let end = attempt.outcome == AttemptTrace.answered ? attempt.status.map(String.init) : nil
    facts.append("\(end ?? attempt.outcome) after \(attempt.began.milliseconds(to: attempt.ended)) ms")
    let place = attempt.address.isEmpty ? "" : attempt.address + " "
    parts.append(place + facts.joined(separator: ", "))
    return parts.joined(separator: ", ")
  }
}
