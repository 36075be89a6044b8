import Plans

/// The value of `Weft-Outcome`: a list of tokens with parameters (RFC 8941 §3.1, §3.1.2), in the file's order.
enum OutcomeHeader {
  /// `nil` where there is nothing to tell.
  /// - Parameter ofAll: with calls that are plainly ok, and were not undone.
  static func text(
    calls: [CallPlan], records: [CallRecord], ofAll: Bool, compensated: [Int: Compensation.State], response: Outcome?
  ) -> String? {
    var text = ""
    for index in calls.indices where ofAll || records[index].outcome != .ok || compensated[index] != nil {
      append(calls[index].name, records[index], compensated[index], to: &text)
    }
    if let response {
      if !text.isEmpty { text += ", " }
      text += "response;outcome=\(response.rawValue)"
    }
    return text.isEmpty ? nil : text
  }

  private static func append(
    _ name: String, _ record: CallRecord, _ compensated: Compensation.State?, to text: inout String
  ) {
    if !text.isEmpty { text += ", " }
    text += name
    text += ";outcome="
    text += record.outcome.rawValue
    if let used = record.used { text += ";used=\(used.rawValue)" }
    if record.outcome == .status, let status = record.status { text += ";status=\(status)" }
    if let items = record.failedItems { text += ";failed=\(items.failed);of=\(items.of)" }
    if let because = record.because { text += ";because=\(because)" }
    if let compensated { text += ";compensated=\(compensated.rawValue)" }
    if let milliseconds = record.milliseconds { text += ";dur=\(milliseconds)" }
  }
}

/// The end of a call in one word, the same in the header, the body, the log and the metrics.
package enum Outcome: String, Sendable {
  case ok, absent, skipped
  case timeout, connect, queue, status, invalid, items, cancelled
  case circuitOpen = "circuit-open"
  case invalidRequest = "invalid-request"
  /// An outcome of the answer itself only: an expression of it failed at run time.
  case expression

  package var isFailure: Bool {
    switch self {
    case .ok, .absent, .skipped: false
    default: true
    }
  }
}
