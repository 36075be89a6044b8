import Composing
import Logging
import Plans

/// Tells the operator of composites that were not plainly complete. *Immutable.*
///
/// Metadata holds outcome words, names of the definition and error texts of libcurl; never values of a request or bytes
/// of a backend.
struct OutcomeLog: Sendable {
  let logger: Logger
  let route: String

  func note(_ composite: Composite, _ plan: CompositePlan, requestID: String) {
    guard logger.logLevel <= .info else { return }
    for (call, record) in zip(plan.calls, composite.records) where record.outcome.isFailure {
      var metadata: Logger.Metadata = [
        "route": "\(route)", "call": "\(call.name)", "outcome": "\(record.outcome.rawValue)", "request": "\(requestID)",
      ]
      if let status = record.status { metadata["status"] = "\(status)" }
      if let milliseconds = record.milliseconds { metadata["ms"] = "\(milliseconds)" }
      if let detail = record.detail { metadata["detail"] = "\(detail)" }
      logger.info("call failed", metadata: metadata)
    }
    if composite.isTooLarge {
      logger.info("answer larger than maxAnswer", metadata: ["route": "\(route)", "request": "\(requestID)"])
    }
    if !composite.fieldFailures.isEmpty {
      let reasons = composite.fieldFailures.map(\.reason)
      logger.info(
        "expression failed",
        metadata: [
          "route": "\(route)", "fields": "\(composite.failedFields.joined(separator: ", "))",
          "reason": "\(reasons.joined(separator: "; "))", "request": "\(requestID)",
        ])
    }
  }
}

extension OutcomeLog {
  /// Tells what became of a composite's writes behind its answer, and what was not undone.
  /// - Parameter isCutOff: the process ends, and what was under way with it.
  func note(_ end: WritesEnd, _ composer: Composer, requestID: String, isCutOff: Bool) {
    if end.isDetached {
      logger.info(
        "writes ended behind the answer",
        metadata: ["route": "\(route)", "outcome": "\(end.outcome ?? "ok")", "request": "\(requestID)"])
    }
    for call in end.inDoubt {
      logger.log(
        level: isCutOff ? .error : .warning, "write in doubt",
        metadata: ["route": "\(route)", "call": "\(call)", "request": "\(requestID)"])
    }
    for failed in end.failedCompensations {
      var metadata: Logger.Metadata = ["route": "\(route)", "call": "\(failed.call)", "request": "\(requestID)"]
      if let request = failed.request {
        // Query, headers and body may hold secrets.
        metadata["method"] = "\(request.method)"
        metadata["backend"] = "\(composer.backends[request.backend].name)"
        metadata["target"] = "\(failed.shownPath)"
      }
      if let detail = failed.detail { metadata["detail"] = "\(detail)" }
      logger.error("compensation failed", metadata: metadata)
    }
  }
}

extension Composite {
  /// Whether nothing failed, so that there is nothing to tell.
  var isPlain: Bool { fieldFailures.isEmpty && !isTooLarge && !records.contains { $0.outcome.isFailure } }
}
