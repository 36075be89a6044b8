import JSONText
import Messages
import Plans
import Timing

/// One request's run through a composite's graph. *Confined to* the task that runs it; only requests and replies, which
/// are values, cross into the child tasks.
///
/// Every request of every call is a *unit* of one flat task group, items of an `each` included, so that starting,
/// sharing, bounding and cancelling are one mechanism.
final class Composition<C: Caller> {
  enum Event: Sendable {
    case reply(unit: Int, CallReply)
    case softTimeout
  }

  let composer: Composer
  let context: RequestContext
  let caller: C
  let deadline: Instant
  var scope: Scope
  var runs: [CallRun]
  var units: [Unit] = []
  /// In-flight or finished units that a later equal request may share; only where calls may coincide.
  var shareable: [CallRequest: Int] = [:]
  var ready: [Int]
  var unfinished: Int
  /// The required call that failed; everything else is cancelled then.
  var failedRequired: Int?
  /// Fields of the answer, or of stand-ins, whose expressions failed.
  var failedFields: [String] = []

  var plan: CompositePlan { composer.plan }

  init(composer: Composer, context: RequestContext, caller: C) {
    self.composer = composer
    self.context = context
    self.caller = caller
    deadline = context.started.advanced(by: composer.plan.timeout)
    scope = context.scope
    runs = composer.waitCounts.map { CallRun(waitingFor: $0) }
    ready = composer.initial
    unfinished = runs.count
    units.reserveCapacity(runs.count)
  }

  /// Returns when every call has its record.
  func run() async {
    await withTaskGroup(of: Event.self) { group in
      if let soft = plan.softTimeout {
        let instant = context.started.advanced(by: soft)
        group.addTask { [caller] in
          await caller.sleep(until: instant)
          return .softTimeout
        }
      }
      startReady(in: &group)
      while unfinished > 0, let event = await group.next() {
        switch event {
        case .reply(let unit, let reply): received(reply, unit: unit, in: &group)
        case .softTimeout: cutOffOptional()
        }
        startReady(in: &group)
      }
      group.cancelAll()
    }
  }

  private func startReady(in group: inout TaskGroup<Event>) {
    var next = 0
    while next < ready.count {
      let index = ready[next]
      next += 1
      if runs[index].record == nil { start(index, in: &group) }
    }
    ready.removeAll(keepingCapacity: true)
  }

  private func start(_ index: Int, in group: inout TaskGroup<Event>) {
    let call = plan.calls[index]
    let now = caller.now()
    runs[index].started = now
    guard now < deadline else { return finish(index, CallRecord(.timeout)) }
    runs[index].deadline = call.timeout.map { min(now.advanced(by: $0), deadline) } ?? deadline
    do {
      if let when = call.when, !(try when.value(scope).isTruthy) { return finish(index, CallRecord(.skipped)) }
      if let each = call.each {
        try startEach(index, each, in: &group)
      } else {
        submit(try request(of: index, scope), call: index, slot: 0, in: &group)
      }
    } catch {
      finish(index, unformed(error))
    }
  }

  /// What a call becomes whose request could not be made.
  func unformed(_ failure: RenderFailure) -> CallRecord {
    unformed(failure.message, reads: failure.reads, blamesClient: failure.isOfRequestOnly)
  }

  func unformed(_ detail: String, reads: [[String]], blamesClient: Bool) -> CallRecord {
    var record: CallRecord
    if reads.contains(where: readsFailedCall) {
      record = CallRecord(.cancelled)
      record.isBecauseOfOrder = true
    } else {
      record = CallRecord(.invalidRequest)
      record.blamesClient = blamesClient
    }
    record.detail = detail
    return record
  }

  private func readsFailedCall(_ path: [String]) -> Bool {
    let name = path.first == "calls" ? path.dropFirst().first : path.first
    return zip(plan.calls, runs).contains { call, run in call.name == name && run.record?.outcome.isFailure ?? false }
  }

  /// Sends a request, or joins an equal one that this composition sent already.
  func submit(_ request: CallRequest, call index: Int, slot: Int, in group: inout TaskGroup<Event>) {
    let deadline = runs[index].deadline
    runs[index].isSent = true
    if composer.mayCoincide[index] {
      if let unit = shareable[request], units[unit].deadline >= deadline || units[unit].succeeded {
        if let reply = units[unit].reply {
          arrived(reply, call: index, slot: slot, in: &group)
        } else {
          units[unit].waiters.append((index, slot))
        }
        return
      }
      shareable[request] = units.count
    }
    let unit = units.count
    units.append(Unit(deadline: deadline, waiters: [(index, slot)]))
    group.addTask { [caller] in .reply(unit: unit, await caller.send(request, deadline: deadline)) }
  }

  private func received(_ reply: CallReply, unit: Int, in group: inout TaskGroup<Event>) {
    units[unit].reply = reply
    for (index, slot) in units[unit].waiters where runs[index].record == nil {
      arrived(reply, call: index, slot: slot, in: &group)
    }
  }

  private func arrived(_ reply: CallReply, call index: Int, slot: Int, in group: inout TaskGroup<Event>) {
    let record = plan.calls[index].decode(reply, exposingErrors: plan.exposeErrors)
    if runs[index].fan == nil {
      finish(index, record)
    } else {
      finishItem(index, slot: slot, record, in: &group)
    }
  }

  /// The one place where a call ends. Applies the fallback, puts the value in scope, wakes the calls that waited.
  func finish(_ index: Int, _ ended: consuming CallRecord) {
    guard runs[index].record == nil else { return }
    let call = plan.calls[index]
    var record = ended
    if record.milliseconds != nil { record.milliseconds = runs[index].started.milliseconds(to: caller.now()) }
    if record.outcome.isFailure, let fallback = call.fallback, failedRequired == nil, !hasSomeItems(record) {
      record.used = .fallback
      var failed: [String] = []
      record.value = fallback.value(scope, failed: &failed)
      failedFields += failed.map { $0.isEmpty ? call.name : "\(call.name).\($0)" }
    }
    scope.root.append(call.name, record.value)
    runs[index].record = record
    unfinished -= 1
    if composer.readsReports { scope.root["calls"] = reports() }
    if call.required, record.isShortcoming { abandon(because: index) }
    for dependent in composer.dependents[index] {
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
    for other in runs.indices where runs[other].record == nil {
      var record = CallRecord(.cancelled)
      record.milliseconds = runs[other].isSent ? 0 : nil
      finish(other, record)
    }
  }

  private func cutOffOptional() {
    for index in runs.indices where runs[index].record == nil && !composer.essential[index] {
      var record = CallRecord(.timeout)
      record.milliseconds = runs[index].isSent ? 0 : nil
      finish(index, record)
    }
  }
}
