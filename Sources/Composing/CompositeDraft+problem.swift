import JSONText
import Messages
import Plans

extension CompositeDraft {
  func problem(of failure: CompositeFailure) -> Problem {
    switch failure {
    case .required(let index): problem(for: index)
    case .strict: plan.strictProblem(records, failedFields: failedFields.map(\.field))
    case .tooLarge:
      Problem(
        500, detail: "The answer is larger than \(plan.maxAnswer.bytesWritten).",
        members: [("outcome", .string(Outcome.invalid.rawValue))])
    // Nobody reads it.
    case .clientLeft: Problem(500, detail: "The client left.")
    }
  }

  /// Makes the problem where a required call failed.
  private func problem(for index: Int) -> Problem {
    let (call, record) = (plan.calls[index], records[index])
    let outcome = record.firstFailure ?? record.outcome
    var status = outcome.problemStatus
    var headers: [HeaderField] = []
    let isPassed = record.status.map { plan.passStatus.contains($0) && !isOfToken($0, call) } ?? false
    if outcome == .status, isPassed, let answered = record.status {
      status = answered
      headers = record.headers.filter { $0.isNamed("retry-after") || $0.isNamed("www-authenticate") }
    } else if outcome == .invalidRequest, record.blamesClient {
      status = 400
    }
    return plan.problem(status, call: call, record, headers: headers)
  }

  /// The backend refused the gateway's own token: a client has shown it none.
  private func isOfToken(_ status: Int, _ call: CallPlan) -> Bool {
    status == 401 && composer.backends[call.request.backend].oauth2 != nil
  }
}

extension Composer {
  /// Makes what a partial answer becomes for a client that wants all or nothing: as if the composition had been told.
  package func strictAnswer(of composite: Composite) -> Answer {
    var answer = plan.strictProblem(composite.records, failedFields: composite.failedFields).answer()
    let own = Set(plan.responseHeaders.map { $0.name.lowercased() }).subtracting(["content-type"])
    answer.headers += composite.answer.headers.filter {
      $0.isNamed("weft-outcome") || own.contains($0.name.lowercased())
    }
    answer.hasRouteHeaders = true
    answer.outcome = composite.answer.outcome
    answer.calls = composite.answer.calls
    answer.headers.append(HeaderField("Preference-Applied", "handling=strict"))
    return answer
  }
}

extension CompositePlan {
  /// Makes the answer where the client asked for all or nothing, and did not get all.
  func strictProblem(_ records: [CallRecord], failedFields: [String]) -> Problem {
    for (call, record) in zip(calls, records) where record.isShortcoming {
      return problem((record.firstFailure ?? record.outcome).problemStatus, call: call, record)
    }
    var problem = Problem(500, detail: "An expression of the answer failed.")
    problem.members = [("fields", .array(failedFields.map { .string($0) }))]
    return problem
  }

  fileprivate func problem(_ status: Int, call: CallPlan, _ record: CallRecord, headers: [HeaderField] = []) -> Problem
  {
    var problem = Problem(status, detail: "The call `\(call.name)` failed: \(record.outcome.rawValue).")
    if exposeErrors, let detail = record.detail { problem.detail? += " " + detail }
    problem.headers = headers
    if status == 503, !headers.contains(where: { $0.isNamed("retry-after") }) {
      problem.headers.append(HeaderField("Retry-After", String(max(1, record.retryAfter ?? 1))))
    }
    var report = JSONObject()
    report.append("call", .string(call.name))
    for member in record.report(exposingErrors: exposeErrors).members where !["used", "detail"].contains(member.name) {
      report.append(member.name == "status" ? "backendStatus" : member.name, member.value)
    }
    problem.members = report.members.map { ($0.name, $0.value) }
    return problem
  }
}

extension Outcome {
  /// The status of an answer that this outcome decides.
  var problemStatus: Int {
    switch self {
    case .timeout: 504
    case .circuitOpen, .queue: 503
    default: 502
    }
  }
}
