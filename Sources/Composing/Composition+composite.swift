import JSONText
import Messages
import Plans

extension Composition {
  /// Makes the answer out of the records. Every call has one by now.
  func composite() -> Composite {
    if let failed = failedRequired { return finished(problem(for: failed), isPartial: false) }
    var writer = JSONWriter(capacity: 512 + min(receivedBytes, 64 * 1024), maxBytes: plan.maxAnswer)
    writeBody(into: &writer)
    var answer = Answer(status: answerStatus(), headers: responseHeaders())
    if writer.overflowed {
      isTooLarge = true
      return finished(tooLarge(), isPartial: false)
    }
    let isPartial = !failedFields.isEmpty || runs.contains { $0.record?.isShortcoming ?? false }
    if isPartial, context.handling == .strict {
      return finished(plan.strictProblem(records, failedFields: failedFields.map(\.field)), isPartial: true)
    }
    if answer.hasContent {
      answer.body = writer.bytes
      appendMeta(to: &answer.body, isPartial: isPartial)
      if !answer.headers.contains(where: { $0.isNamed("content-type") }),
        !plan.responseHeaders.leaveOut("content-type")
      {
        answer.headers.append(HeaderField("Content-Type", "application/json"))
      }
    } else {
      answer.headers.removeAll { $0.isNamed("content-type") }
    }
    var composite = finished(answer, isPartial: isPartial)
    if let cache = plan.cache { composite.tags = CacheTags.texts(of: cache.tags, scope) }
    return composite
  }

  private func finished(_ answer: Answer, isPartial: Bool) -> Composite {
    var answer = answer
    let records = records
    if let outcomes = OutcomeHeader.text(calls: plan.calls, records: records, response: responseOutcome) {
      answer.headers.append(HeaderField("Weft-Outcome", outcomes))
      answer.outcome = outcomes
    }
    if let handling = context.handling {
      answer.headers.append(HeaderField("Preference-Applied", "handling=\(handling.rawValue)"))
    }
    return Composite(
      answer: answer, isPartial: isPartial, records: records, fieldFailures: failedFields, isTooLarge: isTooLarge)
  }

  /// The outcome of the answer itself; `nil` where it is as it should be.
  private var responseOutcome: Outcome? {
    isTooLarge ? .invalid : failedFields.isEmpty ? nil : .expression
  }

  private var records: [CallRecord] { runs.map { $0.record ?? CallRecord(.cancelled) } }

  private func writeBody(into writer: inout JSONWriter) {
    if let response = plan.response {
      response.write(into: &writer, scope, failed: &failedFields)
      return
    }
    writer.beginObject()
    for (call, run) in zip(plan.calls, runs) {
      writer.write(name: call.name)
      writer.write(run.record?.value ?? .null)
    }
    writer.endObject()
  }

  private func responseHeaders() -> [HeaderField] {
    var headers: [HeaderField] = []
    for template in plan.responseHeaders {
      do {
        headers += try template.lines(scope)
      } catch {
        failedFields.append(FieldFailure(template.name, reason: error.message))
      }
    }
    return headers
  }

  private func answerStatus() -> Int {
    guard let template = plan.status else { return 200 }
    var reason = "no whole number from 200 to 599"
    do throws(RenderFailure) {
      if let status = try template.value(scope).number(in: 200...599) { return status }
    } catch {
      reason = error.message
    }
    failedFields.append(FieldFailure("status", reason: reason))
    return 200
  }

  /// The member that tells of partial failure. Only an object can hold one; it is added behind the last member, so
  /// that nothing that was written moves.
  private func appendMeta(to body: inout [UInt8], isPartial: Bool) {
    guard plan.meta.when == .always || (plan.meta.when == .partial && isPartial) else { return }
    guard body.first == UInt8(ascii: "{"), body.last == UInt8(ascii: "}") else { return }
    body.removeLast()
    let isEmpty = body.dropFirst().allSatisfy { $0 == 0x20 || (0x09...0x0D).contains($0) }
    var writer = JSONWriter(capacity: 128)
    writer.beginObject()
    writer.write(name: plan.meta.name)
    writeMeta(into: &writer, isPartial: isPartial)
    writer.endObject()
    if !isEmpty { body.append(UInt8(ascii: ",")) }
    body += writer.bytes.dropFirst()
  }
}
