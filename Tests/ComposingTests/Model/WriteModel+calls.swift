// The course of a call: its requests, their attempts, its items.
extension WriteModel {
  mutating func begin(_ call: Int) {
    states[call].begun = now
    guard now < WriteModel.limit else { return end(call, End(outcome: "timeout")) }
    let own = world.calls[call]
    states[call].deadline = now + (own.timeout.map { $0 * 1000 } ?? (own.isWrite ? 30_000_000 : .max / 2))
    if !own.isWrite { states[call].deadline = min(states[call].deadline, WriteModel.limit) }
    if let when = own.when, when != world.x { return end(call, End(outcome: "skipped")) }
    next(call)
  }

  static var limit: Int { ModelCase.timeout * 1000 }

  /// Sends as many requests of a call as may be under way.
  mutating func next(_ call: Int) {
    let own = world.calls[call]
    while states[call].end == nil {
      if own.isWrite, own.each != nil, now >= WriteModel.limit { leaveOut(call, "timeout") }
      if states[call].next == own.slots, states[call].underWay.isEmpty { return end(call, joined(call)) }
      guard states[call].next < own.slots, states[call].underWay.count < own.each?.concurrency ?? 1 else { return }
      let slot = states[call].next
      states[call].next += 1
      send(call, slot)
    }
  }

  mutating func send(_ call: Int, _ slot: Int) {
    let own = world.calls[call]
    var id = 0
    if let read = own.reads {
      guard let value = states[read].end, value.hasValue || value.usesFallback else {
        let because = states[read].end?.fails == true ? read : nil
        return itemEnded(call, slot, End(outcome: because == nil ? "invalid-request" : "cancelled", because: because))
      }
      id = value.usesFallback ? 9 : 1
    }
    if own.isWrite, !isTimed {
      at(WriteModel.limit, .timeout)
      isTimed = true
    }
    states[call].wasSent = true
    let line = "\(own.isWrite ? "POST" : "GET") \(world.path(call, slot, id: id))"
    sent.append((now, line))
    states[call].lines[slot] = (line, now)
    let reply = own.replies[slot]
    states[call].underWay[slot] = reply.kind == .refused ? .max : now + reply.sentAfter
    if let first = reply.first, now + first.endsAfter <= states[call].deadline {
      at(now + first.endsAfter, .attemptEnds(call: call, slot: slot))
    } else {
      awaitReply(call, slot)
    }
  }

  /// Of the last attempt.
  mutating func awaitReply(_ call: Int, _ slot: Int) {
    let reply = world.calls[call].replies[slot]
    let begun = states[call].lines[slot]?.at ?? now
    let arrival = reply.kind == .hang ? Int.max : begun + reply.after
    let isLate = arrival > states[call].deadline
    at(min(arrival, states[call].deadline), .reply(call: call, slot: slot, isLate ? .hang : reply.lastKind))
  }

  mutating func attemptEnds(_ call: Int, _ slot: Int) {
    guard states[call].end == nil, states[call].underWay[slot] != nil, let begun = states[call].lines[slot]?.at else {
      return
    }
    let reply = world.calls[call].replies[slot]
    let again = begun + (reply.first?.repeatedAfter ?? 0)
    guard !states[call].stopped.contains(slot), again < states[call].deadline else {
      return arrived(call, slot, reply.firstKind)
    }
    states[call].pausing.insert(slot)
    at(again, .attemptBegins(call: call, slot: slot))
  }

  mutating func attemptBegins(_ call: Int, _ slot: Int) {
    guard states[call].end == nil, states[call].underWay[slot] != nil, !states[call].stopped.contains(slot) else {
      return
    }
    states[call].pausing.remove(slot)
    sent.append((now, "again \(states[call].lines[slot]?.text ?? "")"))
    awaitReply(call, slot)
  }

  /// - Parameter kind: `nil` where it was taken back.
  mutating func arrived(_ call: Int, _ slot: Int, _ kind: ModelCase.Kind?) {
    guard states[call].end == nil, let sentAt = states[call].underWay.removeValue(forKey: slot) else { return }
    let wasSent = sentAt <= now
    states[call].hasSent = states[call].hasSent || wasSent
    var end: End
    switch kind {
    case .ok: end = End(outcome: "ok", hasValue: true)
    case .no, .gone, .missing, .noBehindDoubt: end = End(outcome: "status", status: 409)
    case .doubt: end = End(outcome: "status", status: 500)
    case .garbage: end = End(outcome: "invalid")
    case .reset, .refused: end = End(outcome: "connect")
    case .hang: end = End(outcome: "timeout")
    case nil: end = End(outcome: "cancelled")
    }
    if wasSent { end.dur = 0 }
    if world.calls[call].isWrite, wasSent, kind != .no {
      done.append((call, slot, kind != .ok, kind == .ok))
    }
    itemEnded(call, slot, end)
    if hasWritten || !hasLeft { next(call) }
  }

  mutating func itemEnded(_ call: Int, _ slot: Int, _ ended: End) {
    states[call].items[slot] = ended
    let own = world.calls[call]
    guard own.each != nil else { return end(call, ended) }
    guard own.required, ended.fails else { return }
    if !own.isWrite { return end(call, joined(call)) }
    leaveOut(call, "cancelled")
    takeBack(call)
  }

  /// What is not sent yet ends, at this time, and what is in a pause; nothing is sent again.
  mutating func takeBack(_ call: Int) {
    for (slot, sentAt) in states[call].underWay.sorted(by: { $0.key < $1.key }) {
      states[call].stopped.insert(slot)
      if sentAt > now {
        at(now, .takenBack(call: call, slot: slot))
      } else if states[call].pausing.contains(slot) {
        at(now, .reply(call: call, slot: slot, world.calls[call].replies[slot].firstKind))
      }
    }
  }

  mutating func leaveOut(_ call: Int, _ outcome: String) {
    for slot in states[call].next..<world.calls[call].slots { states[call].items[slot] = End(outcome: outcome) }
    states[call].next = world.calls[call].slots
  }

  func joined(_ call: Int) -> End {
    let items = states[call].items
    let failed = items.count { $0?.fails ?? true }
    var end = End(outcome: failed == 0 ? "ok" : "items")
    if items.contains(where: { $0?.dur != nil }) { end.dur = 0 }
    guard failed > 0 else { return end }
    end.failed = (failed, items.count)
    let failures = items.compactMap { $0 }.filter(\.fails)
    let first = failures.first { $0.outcome != "cancelled" } ?? failures.first
    (end.first, end.status) = (first?.outcome, first?.status)
    return end
  }
}
