import JSONText
import Messages
import Plans

/// The reason why a composite is answered with a problem.
enum CompositeFailure: Error {
  /// The call that failed, by index.
  case required(Int)
  /// The client wants all or nothing, and this is not all.
  case strict
  case tooLarge
  case clientLeft
}

/// Makes the answer out of the ends of the calls. A value: the composition may go on behind it.
struct CompositeDraft {
  let composer: Composer
  let handling: RequestContext.Handling?
  var scope: Scope
  let receivedBytes: Int
  /// In the plan's order; each call has one.
  var records: [CallRecord] = []
  /// Fields of the answer, or of stand-ins, whose expressions failed.
  var failedFields: [FieldFailure] = []
  /// By index, those that were undone or are to be.
  var compensated: [Int: Compensation.State] = [:]
  /// What was done to undo them, likewise.
  var undoing: [Int: AttemptTraces] = [:]
  /// The answer does not fit into the route's `maxAnswer`.
  private var isTooLarge = false

  var plan: CompositePlan { composer.plan }

  init(_ composer: Composer, _ context: RequestContext, _ scope: Scope, receivedBytes: Int) {
    self.composer = composer
    handling = context.handling
    self.scope = scope
    self.receivedBytes = receivedBytes
  }

  /// Makes the answer of a composite that stands.
  mutating func composite() throws(CompositeFailure) -> Composite {
    var writer = JSONWriter(capacity: 512 + min(receivedBytes, 64 * 1024), maxBytes: plan.maxAnswer)
    notePartial()
    writeBody(into: &writer)
    notePartial()
    let status = answerStatus()
    let (headers, failed) = responseHeaders()
    failedFields += failed
    var answer = Answer(status: status, headers: headers)
    if writer.overflowed { throw .tooLarge }
    if isPartial, handling == .strict { throw .strict }
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

  /// Makes the problem that a failed one is answered with.
  func problem(_ failure: CompositeFailure) -> Composite {
    var draft = self
    if case .tooLarge = failure { draft.isTooLarge = true }
    var problem = draft.problem(of: failure)
    if !compensated.isEmpty {
      var states = JSONObject()
      for (index, state) in compensated.sorted(by: { $0.key < $1.key }) {
        states.append(plan.calls[index].name, .string(state.rawValue))
      }
      problem.members.append(("compensated", .object(states)))
    }
    let isStrict = if case .strict = failure { true } else { false }
    draft.notePartial()
    // What the problem is, it says itself; what is missing in it is no fault of its own.
    let (headers, failed) = draft.responseHeaders()
    var answer = problem.answer()
    answer.headers += headers.filter { !$0.isNamed("content-type") }
    var composite = draft.finished(answer, isPartial: isStrict)
    composite.fieldFailures += failed
    return composite
  }

  /// Something is missing, as far as that is known by now.
  private var isPartial: Bool { !failedFields.isEmpty || records.contains(where: \.isShortcoming) }

  private mutating func notePartial() {
    if composer.readsPartial { scope.root[ScopeName.partial.rawValue] = .bool(isPartial) }
  }

  private func finished(_ answer: Answer, isPartial: Bool) -> Composite {
    var answer = answer
    answer.hasRouteHeaders = true
    answer.calls = traces
    answer.isPartial = isPartial
    if let outcome {
      answer.headers.append(HeaderField("Weft-Outcome", outcome))
      answer.outcome = outcome
    }
    if let handling { answer.headers.append(HeaderField("Preference-Applied", "handling=\(handling.rawValue)")) }
    return Composite(
      answer: answer, isPartial: isPartial, records: records, fieldFailures: failedFields, isTooLarge: isTooLarge)
  }

  /// What there is to tell of the calls.
  var traces: [CallTrace] {
    // Plans and records are large: what is read of them is, without copies.
    composer.calls.indices.map { index in
      let call = composer.calls[index]
      var trace = CallTrace(
        call.plan.name, backend: composer.backends[call.plan.request.backend].name,
        outcome: records[index].outcome.rawValue, began: records[index].began, ended: records[index].ended)
      trace.status = records[index].status
      trace.take(records[index].attempts)
      trace.cache = records[index].cache
      trace.cacheLevel = records[index].cacheLevel
      trace.used = records[index].used?.rawValue
      trace.method = call.plan.request.method
      if !compensated.isEmpty { trace.compensated = compensated[index]?.rawValue }
      if !undoing.isEmpty, let attempts = undoing[index], let undoing = call.plan.compensation?.request {
        trace.undoing = CallTrace.Undoing(
          backend: composer.backends[undoing.backend].name, method: undoing.method, attempts)
      }
      return trace
    }
  }

  /// The value of `Weft-Outcome`; `nil` where there is nothing to tell.
  var outcome: String? { outcome(ofAll: false) }

  /// The same with the calls that are plainly ok, too: of what nobody was told, all is told.
  var outcomeOfAll: String? { outcome(ofAll: true) }

  private func outcome(ofAll: Bool) -> String? {
    OutcomeHeader.text(
      calls: plan.calls, records: records, ofAll: ofAll, compensated: compensated, response: responseOutcome)
  }

  /// The outcome of the answer itself; `nil` where it is as it should be.
  private var responseOutcome: Outcome? {
    isTooLarge ? .invalid : failedFields.isEmpty ? nil : .expression
  }

  private mutating func writeBody(into writer: inout JSONWriter) {
    if let response = plan.response {
      response.write(into: &writer, scope, failed: &failedFields)
      return
    }
    writer.beginObject()
    for (call, record) in zip(plan.calls, records) {
      writer.write(name: call.name)
      writer.write(record.value)
    }
    writer.endObject()
  }

  private func responseHeaders() -> (fields: [HeaderField], failed: [FieldFailure]) {
    var headers: [HeaderField] = []
    var failed: [FieldFailure] = []
    for template in plan.responseHeaders {
      do {
        headers += try template.lines(scope)
      } catch {
        failed.append(FieldFailure(template.name, reason: error.message))
      }
    }
    return (headers, failed)
  }

  private mutating func answerStatus() -> Int {
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
