import Messages
import Plans
import Resilience
import Timing

// What was begun is finished: writes that were sent run to their ends, whoever waits for them, and are undone where the
// composite fails.
extension Composition {
  /// The writes of one composition.
  struct Writes {
    /// The units of requests that have not ended.
    var underWay: Set<Int> = []
    /// A request that has ended was sent.
    var hasSent = false
    /// The ends of their requests, in the order in which they came.
    var ends: [WriteEnd] = []
    /// The route's `timeout`, from the first write on.
    var timer: (any Cancellable)?
    var isTimeoutPassed = false
    /// `softTimeout` has passed with writes begun: the answer waits for what is essential only.
    var isSoftTimeoutPassed = false
    var isDetached = false
    /// The bytes of bodies that were sent.
    var sentBytes = 0
    /// The bytes that the listener knows of; `nil` before it was told.
    var toldBytes: Int?
    /// In the order in which they are made; `nil` before the composite has failed and its writes have ended.
    var compensations: [Compensation]?
    var nextCompensation = 0
    var compensationsUnderWay = 0

    var isSettled: Bool {
      guard let compensations else { return true }
      return nextCompensation == compensations.count && compensationsUnderWay == 0
    }

    /// `nil` behind the last one.
    func call(ofCompensation step: Int) -> Int? {
      guard let compensations, step < compensations.count else { return nil }
      return compensations[step].end.call
    }
  }

  /// Whether a write was sent. One that waits for its turn, or for a connection, was not yet: it can be taken back.
  var hasWritten: Bool { writes.hasSent || writes.underWay.contains { units[$0].mayHaveArrived } }

  /// Whether a write's request was sent and has not ended.
  func isWriteUnderWay(_ index: Int) -> Bool {
    runs[index].record == nil && writes.underWay.contains { units[$0].call(is: index) && units[$0].mayHaveArrived }
  }

  private var areWritesUnderWay: Bool { writes.underWay.contains { units[$0].mayHaveArrived } }

  func willWrite(_ request: CallRequest, unit: Int) {
    writes.underWay.insert(unit)
    writes.sentBytes += request.body?.count ?? 0
    guard writes.timer == nil else { return }
    writes.timer = caller.schedule(at: deadline) { [self] in arrived(.timeout) }
  }

  func ended(_ end: WriteEnd) {
    writes.ends.append(end)
    runs[end.call].fan?.hasWritten = runs[end.call].fan?.hasWritten == true || end.wasSent
  }

  /// Sends nothing more of a write: what is under way ends by itself, and is not repeated; what waits for its turn, or in
  /// the pause behind an attempt, ends here.
  func beginNoMore(of index: Int) {
    for unit in writes.underWay.sorted() where units[unit].call(is: index) { units[unit].call?.beginNoMore() }
  }

  /// The answer is due. What is not begun won't be, and a required write under way is a failure for the client.
  func timeoutPassed() {
    writes.isTimeoutPassed = true
    guard verdict == nil else {
      for unit in writes.underWay.sorted() { units[unit].call?.beginNoMore() }
      return
    }
    if let late = runs.indices.first(where: { plan.calls[$0].required && isWriteUnderWay($0) }) {
      return fail(.required(late))
    }
    for index in runs.indices { cutOff(index, .timeout) }
    giveUpUnawaited()
  }

  func clientLeft(_ listener: some CompositionListener) {
    guard !isAnswered else { return }
    if plan.onDisconnect == .cancel { fail(.clientLeft) }
    if verdict == nil {
      for index in runs.indices where !composer.calls[index].isNeeded { cutOff(index, .cancelled) }
      giveUpUnawaited()
    }
    detach(listener)
  }

  private func detach(_ listener: some CompositionListener) {
    guard !writes.isDetached else { return }
    writes.isDetached = true
    tellHeld(listener)
  }

  /// Says how much it holds, where that is more than it was said to be.
  private func tellHeld(_ listener: some CompositionListener) {
    let held = receivedBytes + writes.sentBytes
    guard writes.isDetached, held != writes.toldBytes else { return }
    writes.toldBytes = held
    listener.detached(holding: held)
  }

  // MARK: The end

  /// Gives the verdict and the answer as soon as they are due.
  func settle(_ listener: some CompositionListener) {
    if verdict == nil, isVerdictDue { judge() }
    tellHeld(listener)
    guard let verdict else { return }
    if case .fails(let failure) = verdict {
      if writes.compensations == nil, !areWritesUnderWay { beginCompensations() }
      guard given == nil, writes.isTimeoutPassed || (writes.compensations != nil && writes.isSettled) else { return }
      given = draft().problem(failure)
    }
    guard !isAnswered, let given else { return }
    isAnswered = true
    listener.answered(given)
    if unfinished > 0 || !writes.isSettled { detach(listener) }
  }

  private var isVerdictDue: Bool {
    if unfinished == 0 || writes.isTimeoutPassed { return true }
    // Who wants all or nothing is better off waiting.
    guard writes.isSoftTimeoutPassed, context.handling != .strict else { return false }
    return runs.indices.allSatisfy { runs[$0].record != nil || !composer.calls[$0].isEssential }
  }

  /// Makes the answer where the composite stands.
  private func judge() {
    var draft = draft()
    do throws(CompositeFailure) {
      given = try draft.composite()
      verdict = .stands
    } catch {
      failedFields = draft.failedFields
      fail(error)
    }
  }

  /// What the client is told of now: calls that have not ended count as timed out.
  private func draft() -> CompositeDraft {
    var draft = CompositeDraft(composer, context, scope, receivedBytes: receivedBytes)
    draft.failedFields = failedFields
    guard unfinished > 0 else {
      draft.records = runs.map { $0.record ?? CallRecord(.cancelled) }
      draft.compensated = compensated
      draft.undoing = undoing
      return draft
    }
    var known = runs
    for index in runs.indices where runs[index].record == nil {
      var record = CallRecord(.timeout)
      record.milliseconds = runs[index].isSent ? 0 : nil
      if runs[index].isSent { record.attempts = attempts(of: index, endedAs: .timeout) }
      note(index, &record)
      standIn(for: index, &record)
      draft.scope.root.append(plan.calls[index].name, record.value)
      known[index].report = record.report(withHeaders: false)
      known[index].record = record
    }
    draft.failedFields = failedFields
    if composer.readsReports { draft.scope.root["calls"] = known.reports(plan.calls) }
    draft.records = known.map { $0.record ?? CallRecord(.cancelled) }
    draft.compensated = compensated
    draft.undoing = undoing
    return draft
  }

  /// What was done so far to undo calls, by their index.
  private var undoing: [Int: AttemptTraces] {
    guard let compensations = writes.compensations, !compensations.isEmpty else { return [:] }
    return Dictionary(grouping: compensations, by: \.end.call).mapValues { steps in
      AttemptTraces(joining: steps.lazy.flatMap(\.traces))
    }
  }

  // MARK: Compensations

  /// The last write is undone first. The items of one call ran side by side, and are undone so.
  private func beginCompensations() {
    let compensations = writes.ends.reversed().compactMap { end -> Compensation? in
      guard let plan = plan.calls[end.call].compensation, end.effect.isCause(of: plan) else { return nil }
      return Compensation(end)
    }
    writes.compensations = compensations
    continueCompensations()
  }

  private func continueCompensations() {
    // No copy of the list is held: it would be copied for each of many items.
    while let call = writes.call(ofCompensation: writes.nextCompensation) {
      if writes.compensationsUnderWay > 0 {
        guard call == writes.call(ofCompensation: writes.nextCompensation - 1),
          writes.compensationsUnderWay < plan.calls[call].each?.concurrency ?? 1
        else { return }
      }
      writes.nextCompensation += 1
      beginCompensation(writes.nextCompensation - 1)
    }
  }

  private func beginCompensation(_ step: Int) {
    guard let end = writes.compensations?[step].end, let plan = plan.calls[end.call].compensation else { return }
    var scope = scope
    let call = composer.calls[end.call].plan
    scope.root[call.name] = end.record.value
    if composer.readsReports {
      var known = runs
      known[end.call].report = end.record.report(withHeaders: call.headersAreRead)
      scope.root["calls"] = known.reports(self.plan.calls)
    }
    let item = runs[end.call].fan?.item(of: end.place.slot)
    if let item { scope.root.append(call.each?.batch == nil ? "item" : "items", item.value) }
    do {
      let request = try composer.compensation(of: end.call, scope, context, item: item)
      writes.compensations?[step].request = request
      writes.compensations?[step].shownPath = try plan.request.shownPath(scope)
      writes.compensations?[step].deadline = caller.now().advanced(by: plan.timeout)
      writes.compensationsUnderWay += 1
      attemptCompensation(step)
    } catch {
      writes.compensations?[step].end(.failed, error.message)
    }
  }

  func attemptCompensation(_ step: Int) {
    guard let compensation = writes.compensations?[step], let request = compensation.request else { return }
    writes.compensations?[step].attempts += 1
    _ = caller.begin(request, deadline: compensation.deadline) { [self] in arrived(.compensated(step: step, $0)) }
  }

  func compensated(_ step: Int, _ response: CallResponse) {
    writes.compensations?[step].took(response.attempts)
    guard let compensation = writes.compensations?[step], let plan = plan.calls[compensation.end.call].compensation
    else { return }
    guard let fault = Compensation.fault(response) else { return compensationEnded(step, .done, nil) }
    // Nobody but the end of the process gives one up.
    if case .failure(.cancelled) = response.result {
      let mayBeDone = response.mayHaveArrived || response.leftDoubt || compensation.attempts > 1
      return compensationEnded(
        step, .failed, mayBeDone ? "the process ends; it may have been done" : "the process ends")
    }
    let attempts = compensation.attempts - (Compensation.isKeptBack(response) ? 1 : 0)
    let backoff = Backoff(first: plan.backoff, longest: plan.timeout)
    let next = caller.now().advanced(by: backoff.step(after: compensation.pauses))
    guard attempts < plan.attempts, next < compensation.deadline else {
      return compensationEnded(step, .failed, fault)
    }
    writes.compensations?[step].attempts = attempts
    writes.compensations?[step].pauses += 1
    _ = caller.schedule(at: next) { [self] in arrived(.compensationDue(step: step)) }
  }

  private func compensationEnded(_ step: Int, _ state: Compensation.State, _ detail: String?) {
    writes.compensations?[step].end(state, detail)
    writes.compensationsUnderWay -= 1
    continueCompensations()
  }

  /// One word for each call that is undone, or may yet be; by the call's index.
  private var compensated: [Int: Compensation.State] {
    guard case .fails = verdict else { return [:] }
    var states: [Int: Compensation.State] = [:]
    if let compensations = writes.compensations {
      for compensation in compensations {
        states[compensation.end.call] = max(states[compensation.end.call] ?? .done, compensation.state)
      }
    } else {
      for end in writes.ends where plan.calls[end.call].compensation.map(end.effect.isCause) ?? false {
        states[end.call] = .pending
      }
      for unit in writes.underWay where units[unit].isInDoubt {
        let call = units[unit].waiters[0].call
        if plan.calls[call].compensation != nil { states[call] = .pending }
      }
    }
    return states
  }

  /// The answer of a composition that has run.
  var answer: Composite {
    guard let given else { preconditionFailure("a composition ends with its answer") }
    return given
  }

  /// What there is to tell of writes in the end.
  var writesEnd: WritesEnd {
    let draft = draft()
    var end = WritesEnd(isDetached: writes.isDetached, outcome: draft.outcomeOfAll, calls: draft.traces)
    let compensations = writes.compensations ?? []
    let undone = Set(compensations.filter { $0.state == .done }.map(\.end.place))
    for write in writes.ends where write.effect == .doubt && !undone.contains(write.place) {
      end.inDoubt.append(plan.calls[write.call].name)
    }
    end.compensations = compensations.map { compensation in
      .init(
        call: plan.calls[compensation.end.call].name, request: compensation.request,
        shownPath: compensation.shownPath, isDone: compensation.state == .done, detail: compensation.detail)
    }
    return end
  }
}
