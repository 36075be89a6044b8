import Messages
import Timing

extension TracedRequest {
  /// The spans: the request's, and each call's with those of its attempts behind it. Calls that were skipped have none.
  package var spans: [Span] {
    var spans = [requestSpan]
    for (index, call) in calls.enumerated() where call.outcome != "skipped" {
      let own = CallSpans(call, id: Self.id(of: index, below: span), parent: span)
      spans += own.all
      if let undoing = call.undoing {
        spans += own.undoing(undoing, id: Self.id(of: calls.count + index, below: span))
      }
    }
    return spans
  }

  /// A span's id that nobody is told of but the collector: the same whenever it is asked for.
  static func id(of index: Int, below parent: UInt64) -> UInt64 {
    // SplitMix64 (Steele, Lea, Flood 2014).
    var word = parent &+ UInt64(truncatingIfNeeded: index + 1) &* 0x9E37_79B9_7F4A_7C15
    word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
    return (word ^ (word >> 31)) | 1
  }

  private var requestSpan: Span {
    let known = HTTPMethod.isKnown(method)
    let verb = known ? method : "HTTP"
    var span = Span(
      route.map { "\(verb) \($0)" } ?? verb, .server, id: span, parent: parent, began: received, ended: ended)
    span.isParentRemote = parent != 0
    span.set("http.request.method", known ? method : HTTPMethod.other)
    if !known { span.set("http.request.method_original", method) }
    span.set("http.route", route)
    span.set("url.path", path)
    span.set("url.scheme", scheme)
    let server = Authority(host)
    span.set("server.address", server.name)
    span.set("server.port", server.port)
    span.set("client.address", client)
    span.set("network.protocol.version", version)
    span.set("user_agent.original", userAgent)
    span.set("http.response.status_code", status)
    span.set("http.response.body.size", bytes)
    span.set("weft.request.id", requestID)
    span.set("weft.outcome", outcome)
    span.set("weft.cache", cache?.rawValue)
    span.set("weft.refused", refused)
    span.set("weft.end", end)
    span.failure = failure
    if let cache { span.add("cache", at: received, [Attribute("weft.cache", .text(cache.rawValue))]) }
    return span
  }
}

/// Makes the spans of one call.
private struct CallSpans {
  private let call: CallTrace
  private let id: UInt64
  private let parent: UInt64
  /// Waiting for less is no event.
  private static let shortestWait: Duration = .milliseconds(1)

  init(_ call: CallTrace, id: UInt64, parent: UInt64) {
    (self.call, self.id, self.parent) = (call, id, parent)
  }

  var all: [Span] {
    var span = Span(call.name, .client, id: id, parent: parent, began: call.began, ended: call.ended)
    describe(&span, call.backend)
    span.set("http.response.status_code", call.status)
    span.set("weft.call.outcome", call.outcome)
    span.set("weft.call.attempts", call.attemptCount)
    span.set("weft.cache", call.cache?.rawValue)
    span.set("weft.call.used", call.used)
    span.set("weft.call.compensated", call.compensated)
    if call.isFailure { span.failure = call.outcome }
    if let cache = call.cache { span.add("cache", at: call.began, [Attribute("weft.cache", .text(cache.rawValue))]) }
    addEvents(to: &span, of: call.attempts, mayHedge: call.isHedged)
    return [span] + attempts(call.attempts, below: id, of: call.backend, call.method, isFailure: call.isFailure)
  }

  /// The spans of what undid the call.
  func undoing(_ undoing: CallTrace.Undoing, id: UInt64) -> [Span] {
    let attempts = undoing.attempts.kept
    guard let first = attempts.first else { return [] }
    let ended = attempts.reduce(first.ended) { max($0, $1.ended) }
    var span = Span("undo \(call.name)", .client, id: id, parent: parent, began: first.queued, ended: ended)
    describe(&span, undoing.backend)
    span.set("weft.call.compensated", call.compensated)
    span.set("weft.call.attempts", undoing.attempts.count)
    if call.compensated == "failed" { span.failure = "compensation" }
    addEvents(to: &span, of: attempts, mayHedge: false)
    return [span]
      + self.attempts(attempts, below: id, of: undoing.backend, undoing.method, isFailure: call.compensated != "done")
  }

  private func describe(_ span: inout Span, _ backend: String) {
    span.set("weft.call.name", call.name)
    span.set("weft.backend", backend)
    span.set("peer.service", backend)
  }

  private func addEvents(to span: inout Span, of attempts: [AttemptTrace], mayHedge: Bool) {
    for (index, attempt) in attempts.enumerated() {
      let again: [Attribute] = [Attribute("http.request.resend_count", .number(attempt.ordinal))]
      let overlaps = index > 0 && attempt.began < attempts[index - 1].ended
      if mayHedge, attempt.ordinal > 0, overlaps {
        span.add("hedge", at: attempt.began, again)
      } else if attempt.ordinal > 0, attempt.span != 0 || !attempt.address.isEmpty {
        span.add("retry", at: attempt.began, again)
      }
      let wait = attempt.queued.duration(to: attempt.began)
      if wait >= Self.shortestWait {
        let waited = Attribute("weft.queue.ms", .number(attempt.queued.milliseconds(to: attempt.began)))
        let outcome = attempt.address.isEmpty ? [Attribute("weft.call.outcome", .text(attempt.outcome))] : []
        span.add("queue", at: attempt.queued, [waited] + outcome)
      }
    }
  }

  /// Those that were made at a connection.
  private func attempts(
    _ attempts: [AttemptTrace], below parent: UInt64, of backend: String, _ method: String, isFailure: Bool
  ) -> [Span] {
    attempts.enumerated().compactMap { index, attempt in
      if attempt.address.isEmpty { return nil }
      let id = attempt.span == 0 ? TracedRequest.id(of: index, below: parent) : attempt.span
      var span = Span(
        HTTPMethod.isKnown(method) ? method : "HTTP", .client, id: id, parent: parent, began: attempt.began,
        ended: attempt.ended)
      span.set("weft.backend", backend)
      describe(attempt, method, isFailure: isFailure, in: &span)
      return span
    }
  }

  private func describe(_ attempt: AttemptTrace, _ method: String, isFailure: Bool, in span: inout Span) {
    let isKnown = HTTPMethod.isKnown(method)
    span.set("http.request.method", isKnown ? method : HTTPMethod.other)
    if !isKnown { span.set("http.request.method_original", method) }
    let scheme = attempt.address.prefix { $0 != ":" }
    span.set("url.scheme", String(scheme))
    let server = Authority(attempt.address.dropFirst(scheme.count + 3).prefix { $0 != "/" })
    span.set("server.address", server.name)
    span.set("server.port", server.port)
    span.set("http.response.status_code", attempt.status)
    if attempt.ordinal > 0 { span.set("http.request.resend_count", attempt.ordinal) }
    if let connect = attempt.connect { span.add("connected", at: attempt.began.advanced(by: connect)) }
    if let first = attempt.firstByte { span.add("first byte", at: attempt.began.advanced(by: first)) }
    if attempt.outcome != AttemptTrace.answered {
      span.failure = attempt.outcome
    } else if let status = attempt.status, status >= 500 || status >= 400 && isFailure {
      span.failure = "\(status)"
    }
  }
}

/// Methods that OpenTelemetry's conventions know (RFC 9110, RFC 5789); others are `_OTHER`.
enum HTTPMethod {
  static let other = "_OTHER"

  static func isKnown(_ method: String) -> Bool {
    switch method {
    case "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT": true
    default: false
    }
  }
}

/// `host:port`, taken apart. A value.
struct Authority {
  /// Without brackets.
  let name: String
  let port: Int?

  init(_ text: some StringProtocol) {
    let text = String(text)
    let afterAddress = text.hasPrefix("[") ? text.firstIndex(of: "]") ?? text.startIndex : text.startIndex
    guard let colon = text[afterAddress...].lastIndex(of: ":") else {
      name = Self.bare(text)
      port = nil
      return
    }
    name = Self.bare(text[..<colon])
    port = PeerNumber(text[text.index(after: colon)...])?.within(0...65535)
  }

  private static func bare(_ text: some StringProtocol) -> String {
    text.hasPrefix("[") && text.hasSuffix("]") ? String(text.dropFirst().dropLast()) : String(text)
  }
}
