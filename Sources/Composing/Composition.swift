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
///
/// A write that was sent can't be taken back: neither the client's leaving nor the answer ends it (Composition+writes).
///
///     calls ─> verdict ─┬─ stands ──────────────────────> answer ─> writes under way end
///                       └─ fails ─> writes end ─> compensations ─> end
///                                   └──── answer, by the route's timeout ────┘
final class Composition<C: Caller>: @unchecked Sendable {
  enum Event {
    case response(unit: Int, CallResponse)
    /// A response that had come already for an equal request.
    case known(CallResponse, call: Int, slot: Int)
    case softTimeout
    /// The route's `timeout`; only where a write was sent, as all else ends by it anyway.
    case timeout
    case clientLeft
    case compensated(step: Int, CallResponse)
    case compensationDue(step: Int)
  }

  enum Verdict {
    case stands
    case fails(CompositeFailure)
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
  /// Events that arrived and were not looked at yet.
  private var events: [Event] = []
  /// The task, while it has nothing to look at.
  private var waiter: UnsafeContinuation<Void, Never>?
  /// The bytes of all bodies: about as many the answer will have.
  var receivedBytes = 0
  /// The client left before a write was sent: nothing is begun any more.
  private var isCancelled = false
  /// Fields of the answer, or of stand-ins, whose expressions failed.
  var failedFields: [FieldFailure] = []
  /// The end of the composite as the client sees it; set once. What failed begins nothing any more.
  var verdict: Verdict?
  /// The answer, once there is one.
  var given: Composite?
  var isAnswered = false
  var writes = Writes()

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

  /// Returns when nothing is under way any more; the answer is given by then.
  func run(_ listener: some CompositionListener) async {
    await withTaskCancellationHandler {
      isCancelled = Task.isCancelled
      let softTimer = plan.softTimeout.map { time in
        caller.schedule(at: context.started.advanced(by: time)) { [self] in arrived(.softTimeout) }
      }
      startReady()
      settle(listener)
      while !isOver {
        if events.isEmpty { await withUnsafeContinuation { waiter = $0 } }
        handleEvents(listener)
        startReady()
        settle(listener)
      }
      softTimer?.cancel()
      writes.timer?.cancel()
      giveUpCalls()
    } onCancel: {
      caller.execute { [self] in arrived(.clientLeft) }
    }
  }

  private var isOver: Bool { isAnswered && unfinished == 0 && writes.isSettled }

  /// Notes an event, on the caller's thread.
  func arrived(_ event: Event) {
    events.append(event)
    let waiter = self.waiter
    self.waiter = nil
    waiter?.resume()
  }

  private func handleEvents(_ listener: some CompositionListener) {
    let batch = events
    events.removeAll(keepingCapacity: true)
    for event in batch {
      switch event {
      case .response(let unit, let response): received(response, unit: unit)
      case .known(let response, let call, let slot):
        if runs[call].record == nil { arrived(response, call: call, slot: slot) }
      case .softTimeout: softTimeoutPassed()
      case .timeout: timeoutPassed()
      case .clientLeft where hasWritten: clientLeft(listener)
      case .clientLeft: giveUp()
      case .compensated(let step, let response): compensated(step, response)
      case .compensationDue(let step): attemptCompensation(step)
      }
    }
  }

  /// Nothing was written, and nobody waits for it.
  func giveUp() {
    isCancelled = true
    giveUpCalls()
  }

  private func giveUpCalls() {
    for unit in units where unit.response == nil { unit.call?.cancel() }
  }

  /// Gives up the requests that no call waits for any more, and that none may share from now on.
  func giveUpUnawaited() {
    let given = units.indices.filter { index in
      units[index].response == nil && units[index].waiters.allSatisfy { runs[$0.call].record != nil }
    }
    if given.isEmpty { return }
    let unshared = Set(given)
    shareable = shareable.filter { !unshared.contains($0.value) }
    for index in given { units[index].call?.cancel() }
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
    runs[index].deadline = call.deadline(from: now, ofRoute: deadline)
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
    if !composer.calls[index].isSafe { willWrite(request, unit: unit) }
    units[unit].call = caller.begin(request, deadline: deadline) { [self] in arrived(.response(unit: unit, $0)) }
  }

  private func received(_ response: CallResponse, unit: Int) {
    if writes.underWay.remove(unit) != nil { writes.hasSent = writes.hasSent || units[unit].mayHaveArrived }
    units[unit].response = response
    // Its attempts are those of the call that began it, and of none that shares it.
    units[unit].response?.attempts = AttemptTraces()
    units[unit].call = nil
    if case .response(_, _, let body) = response.result { receivedBytes += body.count }
    for (place, waiter) in units[unit].waiters.enumerated() where runs[waiter.call].record == nil {
      arrived(place == 0 ? response : units[unit].response ?? response, call: waiter.call, slot: waiter.slot)
    }
  }

  private func arrived(_ response: CallResponse, call index: Int, slot: Int) {
    let call = composer.calls[index]
    var record = call.plan.decode(response, exposingErrors: plan.exposeErrors)
    if let fan = runs[index].fan, !record.isShortcoming, !fan.fits(record.value) {
      record.lack(key: fan.plan.key ?? "")
    }
    if !call.isSafe { ended(WriteEnd(call: index, slot: slot, record, response)) }
    if runs[index].fan == nil {
      finish(index, record)
    } else {
      finishItem(index, slot: slot, record)
    }
  }
}
