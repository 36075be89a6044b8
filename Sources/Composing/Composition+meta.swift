import JSONText
import Plans
import Timing

extension Composition {
  func writeMeta(into writer: inout JSONWriter, isPartial: Bool) {
    writer.beginObject()
    writer.write(name: "partial")
    writer.write(isPartial)
    writer.write(name: "loadedAt")
    writer.write(Timestamp.now())
    if isPartial {
      writer.write(name: "failures")
      writeFailures(into: &writer)
    }
    writer.endObject()
  }

  private func writeFailures(into writer: inout JSONWriter) {
    writer.beginObject()
    for (call, run) in zip(plan.calls, runs) {
      guard let record = run.record, record.outcome.isFailure else { continue }
      writer.write(name: call.name)
      writer.write(record.report(exposingErrors: plan.exposeErrors))
    }
    if !failedFields.isEmpty {
      writer.write(name: "response")
      writer.beginObject()
      writer.write(name: "outcome")
      writer.write(Outcome.expression.rawValue)
      writer.write(name: "fields")
      writer.write(.array(failedFields.map { .string($0) }))
      writer.endObject()
    }
    writer.endObject()
  }

  /// What expressions see as `calls`: `{outcome, status, headers, ms}` of each call that has ended.
  func reports() -> JSONValue {
    var reports = JSONObject()
    for (call, run) in zip(plan.calls, runs) {
      guard let record = run.record else { continue }
      var report = JSONObject()
      report.append("outcome", .string(record.outcome.rawValue))
      report.append("status", record.status.map { .number(JSONNumber($0)) } ?? .null)
      var headers = JSONObject()
      if call.headersAreRead {
        for field in record.headers {
          let name = field.name.lowercased()
          if case .string(let earlier)? = headers[name] {
            headers[name] = .string("\(earlier), \(field.value)")
          } else {
            headers[name] = .string(field.value)
          }
        }
      }
      report.append("headers", .object(headers))
      report.append("ms", record.milliseconds.map { .number(JSONNumber($0)) } ?? .null)
      reports.append(call.name, .object(report))
    }
    return .object(reports)
  }
}

extension CallRecord {
  /// Bytes of a backend's answer that `exposeErrors` shows at most.
  static let maximumExposedBytes = 4096

  /// A failure as a member of `_meta.failures`.
  func report(exposingErrors: Bool) -> JSONObject {
    var report = JSONObject()
    report.append("outcome", .string(outcome.rawValue))
    if let used { report.append("used", .string(used.rawValue)) }
    if outcome == .status, let status { report.append("status", .number(JSONNumber(status))) }
    if let failedItems {
      report.append("failed", .number(JSONNumber(failedItems.failed)))
      report.append("of", .number(JSONNumber(failedItems.of)))
    }
    if isBecauseOfOrder { report.append("because", .string("order")) }
    if let milliseconds { report.append("ms", .number(JSONNumber(milliseconds))) }
    guard exposingErrors else { return report }
    if let detail { report.append("detail", .string(detail)) }
    if let exposedBody {
      report.append("body", .string(String(decoding: exposedBody.prefix(Self.maximumExposedBytes), as: UTF8.self)))
    }
    return report
  }
}
