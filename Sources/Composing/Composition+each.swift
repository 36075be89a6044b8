import JSONText
import Messages
import Plans

extension Composition {
  func startEach(_ index: Int, _ each: EachPlan) throws(RenderFailure) {
    let list = try each.list.value(scope)
    let reads = each.list.references.map(\.path)
    if list.isNull {
      let missing = unformed("each: the list is missing", reads: reads, blamesClient: false)
      if missing.because != nil { return finish(index, missing) }
    }
    let blamesClient = ScopeName.areRequestInputs(reads)
    guard list.isNull || list.kind == .array else {
      return finish(index, unformed("each: the value is no list", reads: [], blamesClient: blamesClient))
    }
    do throws(FanOut.TooMany) {
      runs[index].fan = try FanOut(each, over: list, merging: composer.calls[index].isSafe)
    } catch {
      return finish(index, unformed("each: \(error.description)", reads: [], blamesClient: blamesClient))
    }
    continueEach(index)
  }

  /// Starts as many slots as `concurrency` allows; ends the call when all have ended.
  private func continueEach(_ index: Int) {
    guard let fan = runs[index].fan else { return }
    while runs[index].record == nil {
      // An item that is not sent by then is none of the answer's.
      if !composer.calls[index].isSafe, caller.now() >= deadline { fan.leaveOutRest(.timeout) }
      if fan.isFinished { return finish(index, joined(index, fan)) }
      guard fan.nextSlot < fan.results.count, fan.inFlight < fan.plan.concurrency else { return }
      let slot = fan.nextSlot
      fan.nextSlot += 1
      fan.inFlight += 1
      startSlot(slot, of: index, fan)
    }
  }

  private func startSlot(_ slot: Int, of index: Int, _ fan: FanOut) {
    var scope = scope
    let item = fan.item(of: slot)
    scope.root.append(fan.plan.batch == nil ? "item" : "items", item.value)
    do {
      let request = try composer.request(of: index, scope, context, item: item)
      submit(request, call: index, slot: slot)
    } catch {
      record(unformed(error), slot: slot, of: index, fan)
    }
  }

  func finishItem(_ index: Int, slot: Int, _ ended: CallRecord) {
    guard let fan = runs[index].fan else { return }
    record(ended, slot: slot, of: index, fan)
    continueEach(index)
  }

  private func record(_ ended: consuming CallRecord, slot: Int, of index: Int, _ fan: FanOut) {
    let isFatal = plan.calls[index].required && ended.isShortcoming
    fan.inFlight -= 1
    fan.results[slot] = ended
    guard isFatal else { return }
    if composer.calls[index].isSafe { return finish(index, joined(index, fan)) }
    fan.leaveOutRest(.cancelled)
    beginNoMore(of: index)
  }

  private func joined(_ index: Int, _ fan: FanOut) -> CallRecord {
    let failed = fan.failedCount
    let ended = fan.results.compactMap(\.self)
    var record = CallRecord(failed == 0 ? .ok : .items, value: fan.value())
    record.milliseconds = ended.contains { $0.milliseconds != nil } ? 0 : nil
    record.attempts = AttemptTraces(joining: ended.lazy.map(\.attempts))
    record.cache = ended.lazy.compactMap(\.cache).first { $0 != .hit } ?? ended.first?.cache
    // One that was left out or taken back says nothing of why.
    let failures = ended.filter(\.outcome.isFailure)
    guard let first = failures.first(where: { $0.outcome != .cancelled }) ?? failures.first else { return record }
    record.failedItems = (failed, fan.items.count)
    record.firstFailure = first.outcome
    record.status = first.status
    record.headers = first.headers
    record.retryAfter = first.retryAfter
    record.blamesClient = first.blamesClient
    record.detail = first.detail
    record.exposedBody = first.exposedBody
    // All that failed was stood in for, each by its own earlier value.
    if !fan.results.contains(where: { $0?.isShortcoming ?? true }) { record.used = .stale }
    return record
  }
}
