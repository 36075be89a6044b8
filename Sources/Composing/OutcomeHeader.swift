import Plans

/// The value of `Weft-Outcome`: a list of tokens with parameters (RFC 8941 §3.1, §3.1.2), in the file's order. Calls
/// that are plainly ok are left out.
enum OutcomeHeader {
  /// `nil` where there is nothing to tell.
  static func text(calls: [CallPlan], records: [CallRecord], response: Outcome?) -> String? {
    var text = ""
    for (call, record) in zip(calls, records) where record.outcome != .ok {
      append(call.name, record, to: &text)
    }
    if let response {
      if !text.isEmpty { text += ", " }
      text += "response;outcome=\(response.rawValue)"
    }
    return text.isEmpty ? nil : text
  }

  private static func append(_ name: String, _ record: CallRecord, to text: inout String) {
    if !text.isEmpty { text += ", " }
    text += name
    text += ";outcome="
    text += record.outcome.rawValue
    if let used = record.used { text += ";used=\(used.rawValue)" }
    if record.outcome == .status, let status = record.status { text += ";status=\(status)" }
    if let items = record.failedItems { text += ";failed=\(items.failed);of=\(items.of)" }
    if let because = record.because { text += ";because=\(because)" }
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
