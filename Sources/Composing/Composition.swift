import JMESPath
import JSONText
import Messages
import Plans
import Timing

/// One request's run through a composite's graph. *Confined to* the caller's thread, which is its task's too:
/// `@unchecked Sendable`.
///
/// Every request of every call is a *unit*, items of an `each` included, so that starting, sharing, bounding and
/// cancelling are one mechanism. What arrives is noted, and looked at by the task, so nothing of this is entered twice.
final class Composition<C: Caller>: @unchecked Sendable {
  enum Event {
    case response(unit: Int, CallResponse)
    /// A response that had come already for an equal request.
    case known(CallResponse, call: Int, slot: Int)
    case softTimeout
  }

  let composer: Composer
  let context: RequestContext
  let caller: C
  let deadline: Instant
  var scope: Scope
  var runs: [CallRun]
  var units: [Unit] = []
  /// The units, in flight or finished, that a later equal request may share; only where calls may coincide.
  var shareable: [CallRequest: Int] = [:]
  var ready: [Int]
  var unfinished: Int
  /// The required call that failed; everything else is cancelled then.
  var failedRequired: Int?
  /// Events that arrived and were not looked at yet.
  private var events: [Event] = []
  /// The task, while it has nothing to look at.
  private var waiter: UnsafeContinuation<Void, Never>?
  /// The bytes of all bodies: about as many the answer will have.
  var receivedBytes = 0
  /// The client left.
  private var isCancelled = false
  /// Fields of the answer, or of stand-ins, whose expressions failed.
  var failedFields: [FieldFailure] = []
  /// The answer does not fit into the route's `maxAnswer`.
  var isTooLarge = false

  var plan: CompositePlan { composer.plan }

  init(composer: Composer, context: RequestContext, caller: C) {
    self.composer = composer
    self.context = context
    self.caller = caller
    deadline = context.started.advanced(by: composer.plan.timeout)
    scope = context.scope
    runs = composer.calls.map { CallRun(waitingFor: $0.waitCount) }
    ready = composer.initial
    unfinished = runs.count
    units.reserveCapacity(runs.count)
    if composer.readsReports { scope.root.append("calls", .object(JSONObject())) }
  }

  /// Returns when every call has its record; nothing is under way any more then.
  func run() async {
    await withTaskCancellationHandler {
      let softTimer = plan.softTimeout.map { time in
        caller.schedule(at: context.started.advanced(by: time)) { [self] in arrived(.softTimeout) }
      }
      startReady()
      while unfinished > 0 {
        if events.isEmpty { await withUnsafeContinuation { waiter = $0 } }
        handleEvents()
        startReady()
      }
      softTimer?.cancel()
      giveUpCalls()
    } onCancel: {
      caller.execute { [self] in
        isCancelled = true
        giveUpCalls()
      }
    }
  }

  /// Notes an event, on the caller's thread.
  private func arrived(_ event: Event) {
    events.append(event)
    let waiter = self.waiter
    self.waiter = nil
    waiter?.resume()
  }

  private func handleEvents() {
    let batch = events
    events.removeAll(keepingCapacity: true)
    for event in batch {
      switch event {
      case .response(let unit, let response): received(response, unit: unit)
      case .known(let response, let call, let slot):
        if runs[call].record == nil { arrived(response, call: call, slot: slot) }
      case .softTimeout: cutOffOptional()
      }
    }
  }

  private func giveUpCalls() {
    for unit in units where unit.response == nil { unit.call?.cancel() }
  }

  private func startReady() {
    var next = 0
    while next < ready.count {
      let index = ready[next]
      next += 1
      if runs[index].record == nil { start(index) }
    }
    ready.removeAll(keepingCapacity: true)
  }

  private func start(_ index: Int) {
    let call = composer.calls[index]
    let now = caller.now()
    runs[index].started = now
    guard now < deadline else { return finish(index, CallRecord(.timeout)) }
    runs[index].deadline = call.plan.timeout.map { min(now.advanced(by: $0), deadline) } ?? deadline
    do {
      if let when = call.plan.when, !(try when.value(scope).isTruthy) { return finish(index, CallRecord(.skipped)) }
      if let each = call.plan.each {
        try startEach(index, each)
      } else {
        submit(try composer.request(of: index, scope, context), call: index, slot: 0)
      }
    } catch {
      finish(index, unformed(error))
    }
  }

  /// Makes the record of a call whose request could not be made.
  func unformed(_ failure: RenderFailure) -> CallRecord {
    unformed(failure.message, reads: failure.reads, blamesClient: failure.isOfRequestOnly)
  }

  func unformed(_ detail: String, reads: [[String]], blamesClient: Bool) -> CallRecord {
    var record: CallRecord
    if let failed = reads.lazy.compactMap(failedCall).first {
      record = CallRecord(.cancelled)
      record.because = failed
    } else {
      record = CallRecord(.invalidRequest)
      record.blamesClient = blamesClient
    }
    record.detail = detail
    return record
  }

  /// Returns the name of the call that a reference reads, where it failed.
  private func failedCall(_ path: [String]) -> String? {
    let name = path.first == "calls" ? path.dropFirst().first : path.first
    let index = plan.calls.firstIndex { $0.name == name }
    return index.flatMap { runs[$0].record?.outcome.isFailure == true ? name : nil }
  }

  /// Sends a request, or joins an equal one that this composition sent already.
  func submit(_ request: CallRequest, call index: Int, slot: Int) {
    let deadline = runs[index].deadline
    runs[index].isSent = true
    if composer.calls[index].mayCoincide {
      if let unit = shareable[request], units[unit].deadline >= deadline || units[unit].succeeded {
        if let response = units[unit].response {
          arrived(.known(response, call: index, slot: slot))
        } else {
          units[unit].waiters.append((index, slot))
        }
        return
      }
      shareable[request] = units.count
    }
    let unit = units.count
    units.append(Unit(deadline: deadline, waiters: [(index, slot)]))
    if isCancelled { return arrived(.response(unit: unit, CallResponse(.failure(.cancelled), wasSent: false))) }
    units[unit].call = caller.begin(request, deadline: deadline) { [self] in arrived(.response(unit: unit, $0)) }
  }

  private func received(_ response: CallResponse, unit: Int) {
    units[unit].response = response
    units[unit].call = nil
    if case .response(_, _, let body) = response.result { receivedBytes += body.count }
    for (index, slot) in units[unit].waiters where runs[index].record == nil {
      arrived(response, call: index, slot: slot)
    }
  }

  private func arrived(_ response: CallResponse, call index: Int, slot: Int) {
    let record = composer.calls[index].plan.decode(response, exposingErrors: plan.exposeErrors)
    if runs[index].fan == nil {
      finish(index, record)
    } else {
      finishItem(index, slot: slot, record)
    }
  }

  /// The one place where a call ends. Applies the fallback, puts the value in scope, wakes the calls that waited.
  func finish(_ index: Int, _ ended: consuming CallRecord) {
    guard runs[index].record == nil else { return }
    let call = composer.calls[index]
    var record = ended
    if record.milliseconds != nil { record.milliseconds = runs[index].started.milliseconds(to: caller.now()) }
    if record.isShortcoming, let fallback = call.plan.fallback, failedRequired == nil, !hasSomeItems(record) {
      record.used = .fallback
      var failed: [FieldFailure] = []
      record.value = fallback.value(scope, failed: &failed)
      failedFields += failed.map { FieldFailure(ValueTemplate.field($0.field, of: call.plan.name), reason: $0.reason) }
    }
    scope.root.append(call.plan.name, record.value)
    runs[index].record = record
    unfinished -= 1
    if composer.readsReports {
      runs[index].report = record.report(withHeaders: call.plan.headersAreRead)
      scope.root["calls"] = reports()
    }
    if call.plan.required, record.isShortcoming { abandon(because: index) }
    for dependent in call.dependents {
      runs[dependent].waitingFor -= 1
      if runs[dependent].waitingFor == 0 { ready.append(dependent) }
    }
  }

  private func hasSomeItems(_ record: CallRecord) -> Bool {
    record.failedItems.map { $0.failed < $0.of } ?? false
  }

  private func abandon(because index: Int) {
    guard failedRequired == nil else { return }
    failedRequired = index
    for other in runs.indices { cutOff(other, .cancelled) }
  }

  private func cutOffOptional() {
    for index in runs.indices where !composer.calls[index].isEssential { cutOff(index, .timeout) }
  }

  private func cutOff(_ index: Int, _ outcome: Outcome) {
    guard runs[index].record == nil else { return }
    var record = CallRecord(outcome)
    record.milliseconds = runs[index].isSent ? 0 : nil
    finish(index, record)
  }
}
