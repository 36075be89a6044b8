import JSONText
import Plans
import Timing

extension CompositeDraft {
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
    for (call, record) in zip(plan.calls, records) where record.outcome.isFailure {
      writer.write(name: call.name)
      writer.write(record.report(exposingErrors: plan.exposeErrors))
    }
    if !failedFields.isEmpty {
      writer.write(name: "response")
      writer.beginObject()
      writer.write(name: "outcome")
      writer.write(Outcome.expression.rawValue)
      writer.write(name: "fields")
      writer.write(.array(failedFields.map { .string($0.field) }))
      writer.endObject()
    }
    writer.endObject()
  }
}

extension [CallRun] {
  /// Makes what expressions see as `calls`: the reports of all calls that have ended, each made once.
  func reports(_ calls: [CallPlan]) -> JSONValue {
    var reports = JSONObject()
    for (call, run) in zip(calls, self) {
      if let report = run.report { reports.append(call.name, report) }
    }
    return .object(reports)
  }
}

extension CallRecord {
  /// `{outcome, status, headers, ms}`.
  func report(withHeaders: Bool) -> JSONValue {
    var report = JSONObject()
    report.append("outcome", .string(outcome.rawValue))
    report.append("status", status.map { .number(JSONNumber($0)) } ?? .null)
    report.append("headers", .object(withHeaders ? headerReport : JSONObject()))
    report.append("ms", milliseconds.map { .number(JSONNumber($0)) } ?? .null)
    return .object(report)
  }

  /// Lines of one name are one text with `, ` between (RFC 9110 §5.3), but for `Set-Cookie`, whose values may hold
  /// commas: it is always a list.
  private var headerReport: JSONObject {
    let lines = Self.gathered(headers.lazy.map { (JSONName($0.name.lowercased()), $0.value) })
    return JSONObject(
      lines.map { name, values in
        .init(
          name: name.string,
          value: name.string == "set-cookie"
            ? .array(values.map { .string($0) }) : .string(values.joined(separator: ", ")))
      })
  }

  /// The values of each name, names in the order in which they first came. A few looks at each line: a backend chooses
  /// how many there are.
  static func gathered<Name: Hashable>(_ lines: some Sequence<(Name, String)>) -> [(name: Name, values: [String])] {
    var gathered: [(name: Name, values: [String])] = []
    var places: [Name: Int] = [:]
    for (name, value) in lines {
      if let place = places[name] {
        gathered[place].values.append(value)
      } else {
        places[name] = gathered.count
        gathered.append((name, [value]))
      }
    }
    return gathered
  }
}

extension CallRecord {
  /// Bytes of a backend's answer that `exposeErrors` shows at most.
  static let maximumExposedBytes = 4096

  /// Makes a failure's member of `_meta.failures`.
  func report(exposingErrors: Bool) -> JSONObject {
    var report = JSONObject()
    report.append("outcome", .string(outcome.rawValue))
    if let used { report.append("used", .string(used.rawValue)) }
    if outcome == .status, let status { report.append("status", .number(JSONNumber(status))) }
    if let failedItems {
      report.append("failed", .number(JSONNumber(failedItems.failed)))
      report.append("of", .number(JSONNumber(failedItems.of)))
    }
    if let because { report.append("because", .string(because)) }
    if let milliseconds { report.append("ms", .number(JSONNumber(milliseconds))) }
    guard exposingErrors else { return report }
    if let detail { report.append("detail", .string(detail)) }
    if let exposedBody {
      report.append("body", .string(String(decoding: exposedBody.prefix(Self.maximumExposedBytes), as: UTF8.self)))
    }
    return report
  }
}
