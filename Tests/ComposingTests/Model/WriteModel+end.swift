// The end of a call, and of a composite: what brings it about, verdict, answer, undoing.
extension WriteModel {
  mutating func end(_ call: Int, _ ended: End) {
    guard states[call].end == nil else { return }
    var end = ended
    if end.dur != nil { end.dur = (now - (states[call].begun ?? now)) / 1000 }
    standIn(call, &end)
    states[call].end = end
    // What may begin at one time begins as it became ready.
    ready += states.indices.filter { other in
      waits[other].contains(call) && waits[other].allSatisfy { states[$0].end != nil }
    }
    if world.calls[call].required, end.fails { fail("required", call) }
  }

  func standIn(_ call: Int, _ end: inout End) {
    guard end.fails, world.calls[call].hasFallback, failure == nil else { return }
    if let failed = end.failed, failed.0 < failed.1 { return }
    end.usesFallback = true
  }

  /// Ends a call where it stands, but for a write whose request was sent.
  mutating func cut(_ call: Int, _ outcome: String) {
    guard states[call].end == nil else { return }
    if isUnderWay(call) || world.calls[call].isWrite && world.calls[call].each != nil && states[call].hasSent {
      leaveOut(call, outcome)
      return takeBack(call)
    }
    end(call, End(outcome: outcome, dur: states[call].wasSent ? 0 : nil))
  }

  // MARK: The client, and time

  mutating func leave() {
    guard !isAnswered else { return }
    hasLeft = true
    guard hasWritten else { return }
    course.isDetached = true
    if world.cancels { fail("left", nil) }
    guard failure == nil else { return }
    for call in states.indices where !needed.contains(call) { cut(call, "cancelled") }
  }

  mutating func soft() {
    guard !isDecided, failure == nil else { return }
    isSoft = hasWritten
    for call in states.indices where !essential.contains(call) && !(hasWritten && needed.contains(call)) {
      cut(call, "timeout")
    }
  }

  mutating func late() {
    isLate = true
    guard !isDecided, failure == nil else {
      for call in states.indices where world.calls[call].isWrite { takeBack(call) }
      return
    }
    if let call = states.indices.first(where: { world.calls[$0].required && isUnderWay($0) }) {
      return fail("required", call)
    }
    for call in states.indices { cut(call, "timeout") }
  }

  mutating func fail(_ why: String, _ call: Int?) {
    guard failure == nil, !isDecided else { return }
    (failure, failedCall) = (why, call)
    for other in states.indices { cut(other, "cancelled") }
  }

  // MARK: Verdict and answer

  mutating func decide() {
    if failure == nil, !isDecided {
      let isEnough = isSoft && !world.isStrict && essential.allSatisfy { states[$0].end != nil }
      let isDue = isLate || isEnough || states.allSatisfy { $0.end != nil }
      guard isDue else { return }
      let shown = shownEnds()
      if world.isStrict, let call = shown.indices.first(where: { shown[$0].fails }) {
        failure = "strict"
        failedCall = call
      } else {
        isDecided = true
        give(status: 200, shown)
      }
    }
    guard failure != nil else { return }
    if steps == nil, !states.indices.contains(where: isUnderWay) {
      steps = done.reversed().filter { end in
        world.calls[end.call].undo.map { end.inDoubt ? $0.onDoubt : $0.onFailure } ?? false
      }.map { Step(call: $0.call, slot: $0.slot) }
      undoNext()
    }
    if !isAnswered, isLate || (steps != nil && areStepsOver) { give(status: problemStatus, shownEnds()) }
  }

  func shownEnds() -> [End] {
    states.indices.map { call in
      if let end = states[call].end { return end }
      var end = End(outcome: "timeout")
      if states[call].wasSent { end.dur = (now - (states[call].begun ?? now)) / 1000 }
      standIn(call, &end)
      return end
    }
  }

  var problemStatus: Int {
    guard let failedCall else { return 500 }
    let end = shownEnds()[failedCall]
    let outcome = end.first ?? end.outcome
    if failure == "required", outcome == "status", end.status == 409 { return 409 }
    return outcome == "timeout" ? 504 : 502
  }

  mutating func give(status: Int, _ ends: [End]) {
    isAnswered = true
    if !hasLeft { course.answer = "\(now / 1000) \(status) \(outcomes(ends))" }
    if states.contains(where: { $0.end == nil }) || !areStepsOver { course.isDetached = true }
  }

  func outcomes(_ given: [End]? = nil, ofAll: Bool = false) -> String {
    let ends = given ?? shownEnds()
    var words: [String] = []
    for (call, end) in ends.enumerated() {
      let undone = undoneWord(call)
      if end.outcome == "ok", undone == nil, !ofAll { continue }
      var text = "c\(call);outcome=\(end.outcome)"
      if end.usesFallback { text += ";used=fallback" }
      if end.outcome == "status", let status = end.status { text += ";status=\(status)" }
      if let failed = end.failed { text += ";failed=\(failed.0);of=\(failed.1)" }
      if let because = end.because { text += ";because=c\(because)" }
      if let undone { text += ";compensated=\(undone)" }
      if let dur = end.dur { text += ";dur=\(dur)" }
      words.append(text)
    }
    return words.joined(separator: ", ")
  }

  func undoneWord(_ call: Int) -> String? {
    guard failure != nil, let undo = world.calls[call].undo else { return nil }
    guard let steps else {
      let isDue = done.contains { $0.call == call && ($0.inDoubt ? undo.onDoubt : undo.onFailure) }
      return isDue || isInDoubt(call) ? "pending" : nil
    }
    let own = steps.filter { $0.call == call }
    if own.isEmpty { return nil }
    if own.contains(where: { $0.result == false }) { return "failed" }
    return own.contains { $0.result == nil } ? "pending" : "done"
  }

  // MARK: Undoing

  /// One write after the other; the items of one side by side.
  mutating func undoNext() {
    while let steps, nextStep < steps.count {
      let call = steps[nextStep].call
      if stepsUnderWay > 0 {
        guard steps[nextStep - 1].call == call, stepsUnderWay < world.calls[call].each?.concurrency ?? 1 else { return }
      }
      nextStep += 1
      stepsUnderWay += 1
      undo(nextStep - 1)
    }
  }

  mutating func undo(_ step: Int) {
    guard let current = steps?[step], let undo = world.calls[current.call].undo else { return }
    let isKnown = done.contains { $0.call == current.call && $0.slot == current.slot && $0.hasValue }
    if undo.readsOwn, !isKnown { return stepEnded(step, false) }
    if current.attempts == 0 { steps?[step].deadline = now + 10_000_000 }
    let deadline = steps?[step].deadline ?? 0
    steps?[step].attempts += 1
    sent.append((now, "DELETE \(world.undoPath(current.call, current.slot))"))
    let replies = world.calls[current.call].undoReplies[current.slot]
    let reply = replies[min(current.attempts, replies.count - 1)]
    let arrival = reply.kind == .hang ? Int.max : now + reply.after
    at(min(arrival, deadline), .undone(step: step, arrival > deadline ? .hang : reply.kind))
  }

  mutating func undone(_ step: Int, _ kind: ModelCase.Kind) {
    guard let current = steps?[step], let undo = world.calls[current.call].undo else { return }
    if [.ok, .gone, .missing].contains(kind) { return stepEnded(step, true) }
    let again = now + 100_000 << (current.attempts - 1)
    if current.attempts < undo.attempts, again < current.deadline {
      at(again, .undoAgain(step: step))
    } else {
      stepEnded(step, false)
    }
  }

  mutating func stepEnded(_ step: Int, _ result: Bool) {
    steps?[step].result = result
    stepsUnderWay -= 1
    undoNext()
  }
}
