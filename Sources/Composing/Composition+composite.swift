import JSONText
import Messages
import Plans

extension Composition {
  /// Makes the answer out of the records. Every call has one by now.
  func composite() -> Composite {
    if let failed = failedRequired { return finished(problem(for: failed), isPartial: false) }
    var writer = JSONWriter(capacity: 512 + min(receivedBytes, 64 * 1024), maxBytes: Composer.maximumAnswerBytes)
    writeBody(into: &writer)
    var headers = responseHeaders()
    let status = answerStatus()
    if writer.overflowed { return finished(tooLarge(), isPartial: false) }
    let isPartial = !failedFields.isEmpty || runs.contains { $0.record?.isShortcoming ?? false }
    if isPartial, context.handling == .strict {
      return finished(plan.strictProblem(records, failedFields: failedFields), isPartial: true)
    }
    var body = writer.bytes
    appendMeta(to: &body, isPartial: isPartial)
    if !headers.contains(where: { $0.isNamed("content-type") }) {
      headers.append(HeaderField("Content-Type", "application/json"))
    }
    var composite = finished(Reply(status: status, headers: headers, body: body), isPartial: isPartial)
    if let cache = plan.cache { composite.tags = CacheTags.texts(of: cache.tags, scope) }
    return composite
  }

  private func finished(_ reply: Reply, isPartial: Bool) -> Composite {
    var reply = reply
    let records = records
    if let outcomes = OutcomeHeader.text(calls: plan.calls, records: records, expressionsFailed: !failedFields.isEmpty)
    {
      reply.headers.append(HeaderField("Weft-Outcome", outcomes))
    }
    if let handling = context.handling {
      reply.headers.append(HeaderField("Preference-Applied", "handling=\(handling.rawValue)"))
    }
    return Composite(reply: reply, isPartial: isPartial, records: records, failedFields: failedFields)
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
        if let field = try template.render(scope) { headers.append(field) }
      } catch {
        failedFields.append(template.name)
      }
    }
    return headers
  }

  private func answerStatus() -> Int {
    guard let template = plan.status else { return 200 }
    if let value = try? template.value(scope), let status = value.integer, (200...599).contains(status) {
      return status
    }
    failedFields.append("status")
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
