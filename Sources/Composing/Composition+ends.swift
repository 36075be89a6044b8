import Messages
import Plans

// The ends of calls: what follows from each, and what is cut off.
extension Composition {
  /// The one place where a call ends. Applies the fallback, puts the value in scope, wakes the calls that waited.
  func finish(_ index: Int, _ ended: consuming CallRecord) {
    guard runs[index].record == nil else { return }
    let call = composer.calls[index]
    var record = ended
    note(index, &record)
    standIn(for: index, &record)
    scope.root.append(call.plan.name, record.value)
    runs[index].record = record
    unfinished -= 1
    if composer.readsReports {
      runs[index].report = record.report(withHeaders: call.plan.headersAreRead)
      scope.root["calls"] = runs.reports(plan.calls)
    }
    if call.plan.required, record.isShortcoming { fail(.required(index)) }
    for dependent in call.dependents {
      runs[dependent].waitingFor -= 1
      if runs[dependent].waitingFor == 0 { ready.append(dependent) }
    }
  }

  /// Tells a record when its call began and ended.
  func note(_ index: Int, _ record: inout CallRecord) {
    let now = caller.now()
    let began = runs[index].started ?? now
    record.began = began
    record.ended = record.outcome == .skipped ? began : now
    if record.milliseconds != nil { record.milliseconds = began.milliseconds(to: now) }
  }

  /// The attempts so far of a call that has not ended; those under way count as ended as `outcome`.
  func attempts(of index: Int, endedAs outcome: Outcome) -> AttemptTraces {
    let now = caller.now()
    let underWay = units.lazy.filter { $0.call(is: index) }.compactMap {
      $0.call?.attempts(endedAs: outcome.rawValue, at: now)
    }
    let ended = runs[index].fan?.results.compactMap { $0?.attempts } ?? []
    return AttemptTraces(joining: ended + underWay)
  }

  /// Puts the fallback in the place of a value that is missing.
  func standIn(for index: Int, _ record: inout CallRecord) {
    let call = composer.calls[index].plan
    if case .fails = verdict { return }
    guard record.isShortcoming, let fallback = call.fallback, !hasSomeItems(record) else { return }
    record.used = .fallback
    var failed: [FieldFailure] = []
    record.value = fallback.value(scope, failed: &failed)
    failedFields += failed.map { FieldFailure(ValueTemplate.field($0.field, of: call.name), reason: $0.reason) }
  }

  private func hasSomeItems(_ record: CallRecord) -> Bool {
    record.failedItems.map { $0.failed < $0.of } ?? false
  }

  /// The composite fails: what is under way is given up, but for writes.
  func fail(_ failure: CompositeFailure) {
    guard verdict == nil else { return }
    verdict = .fails(failure)
    for index in runs.indices { cutOff(index, .cancelled) }
    giveUpUnawaited()
  }

  func softTimeoutPassed() {
    guard verdict == nil else { return }
    let hasWritten = hasWritten
    writes.isSoftTimeoutPassed = hasWritten
    for index in runs.indices
    where !(composer.calls[index].isEssential || hasWritten && composer.calls[index].isNeeded) {
      cutOff(index, .timeout)
    }
    giveUpUnawaited()
  }

  /// Ends a call that has not ended. A write whose request was sent ends by itself, and is not sent again; its further
  /// items are left out, with those that were begun and not sent.
  func cutOff(_ index: Int, _ outcome: Outcome) {
    guard runs[index].record == nil else { return }
    if isWriteUnderWay(index) || runs[index].fan?.hasWritten == true {
      runs[index].fan?.leaveOutRest(outcome)
      return beginNoMore(of: index)
    }
    var record = CallRecord(outcome)
    record.milliseconds = runs[index].isSent ? 0 : nil
    if runs[index].isSent { record.attempts = attempts(of: index, endedAs: outcome) }
    finish(index, record)
  }
}
