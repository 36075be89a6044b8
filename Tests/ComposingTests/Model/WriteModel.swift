/// The rules of composites that write, as a small machine of its own over a case: what is sent when, what the client is
/// told when, and how all of it ends. Written from the rules, not from the composition. A value.
struct WriteModel {
  /// What is compared.
  struct Course: Equatable {
    /// Microseconds from the start, and the request.
    var sent: [String] = []
    /// `nil`: it left before.
    var answer: String?
    /// Names of calls, and whether each was undone, in the order in which it was begun.
    var undone: [String] = []
    var inDoubt: [String] = []
    var outcome = ""
    var isDetached = false
    /// It ended with its client, before anything was written; what would be told of it, nobody hears.
    var isGivenUp = false
  }

  enum Event {
    case leaves, soft, timeout
    case reply(call: Int, slot: Int, ModelCase.Kind)
    case takenBack(call: Int, slot: Int)
    case attemptEnds(call: Int, slot: Int), attemptBegins(call: Int, slot: Int)
    case undone(step: Int, ModelCase.Kind)
    case undoAgain(step: Int)
  }

  /// The end of a call or of an item.
  struct End {
    var outcome: String
    var status: Int?
    var because: Int?
    var hasValue = false
    var usesFallback = false
    var dur: Int?
    var failed: (Int, Int)?
    /// What decides the status of a problem, where it is of items.
    var first: String?

    var fails: Bool { outcome != "ok" && outcome != "skipped" }
  }

  struct State {
    var end: End?
    var begun: Int?
    var deadline = 0
    var wasSent = false
    var items: [End?] = []
    var next = 0
    /// The slots that are under way, with the time at which they are sent.
    var underWay: [Int: Int] = [:]
    /// Something of it that has ended was sent.
    var hasSent = false
    /// The requests of the slots.
    var lines: [Int: (text: String, at: Int)] = [:]
    /// The slots in the pause behind an attempt, and those that are not repeated.
    var pausing: Set<Int> = []
    var stopped: Set<Int> = []
  }

  struct Step {
    var call: Int
    var slot: Int
    var attempts = 0
    var deadline = 0
    var result: Bool?
  }

  let world: ModelCase
  var now = 0
  var queue: [(time: Int, order: Int, event: Event)] = []
  var order = 0
  /// Calls that wait for nothing any more.
  var ready: [Int]
  var states: [State]
  var course = Course()
  var sent: [(Int, String)] = []
  var hasWritten: Bool {
    states.indices.contains { world.calls[$0].isWrite && (states[$0].hasSent || isUnderWay($0)) }
  }
  var isTimed = false
  var isLate = false
  var isSoft = false
  var hasLeft = false
  var isStopped = false
  /// The reason why it fails; `nil` where it stands, or nobody knows yet.
  var failure: String?
  var failedCall: Int?
  var isDecided = false
  var isAnswered = false
  /// Slots of writes that were done or are in doubt, as they ended.
  var done: [(call: Int, slot: Int, inDoubt: Bool, hasValue: Bool)] = []
  var steps: [Step]?
  var nextStep = 0
  var stepsUnderWay = 0
  let waits: [Set<Int>]
  let essential: Set<Int>
  let needed: Set<Int>

  init(_ world: ModelCase) {
    self.world = world
    states = world.calls.map { State(items: Array(repeating: nil, count: $0.slots)) }
    waits = Self.waits(world.calls)
    ready = world.calls.indices.filter { [waits] in waits[$0].isEmpty }
    essential = Self.closure(world.calls.indices.filter { world.calls[$0].required }, waits)
    needed = Self.closure(world.calls.indices.filter { world.calls[$0].required || world.calls[$0].isWrite }, waits)
  }

  // MARK: Waiting

  static func closure(_ roots: [Int], _ waits: [Set<Int>]) -> Set<Int> {
    var found = Set(roots)
    var open = roots
    while let next = open.popLast() {
      for other in waits[next] where found.insert(other).inserted { open.append(other) }
    }
    return found
  }

  /// A write waits for all required reads but for those that wait for it, and for those that would make it wait for itself.
  static func waits(_ calls: [ModelCase.Call]) -> [Set<Int>] {
    let written = calls.map { call in call.after.union(call.reads.map { [$0] } ?? []) }
    let before = calls.indices.map { closure([$0], written) }
    var all = written
    for write in calls.indices where calls[write].isWrite {
      for read in calls.indices where calls[read].required && !calls[read].isWrite && !before[read].contains(write) {
        all[write].insert(read)
      }
    }
    return calls.indices.map { call in
      all[call].filter { written[call].contains($0) || !closure([$0], all).contains(call) }
    }
  }

  // MARK: The machine

  static func course(_ world: ModelCase) -> Course {
    var model = WriteModel(world)
    model.run()
    return model.course
  }

  mutating func run() {
    if let leaves = world.leaves { at(leaves, .leaves) }
    if let soft = world.softTimeout { at(soft * 1000, .soft) }
    repeat { settle() } while !isOver && turn()
    course.sent = sent.inOrder
    course.isGivenUp = hasLeft && !hasWritten
    if course.isGivenUp { return }
    course.outcome = outcomes(ofAll: true)
    course.inDoubt = done.filter { end in
      end.inDoubt && steps?.contains { $0.call == end.call && $0.slot == end.slot && $0.result == true } != true
    }.map { "c\($0.call)" }
    course.undone = (steps ?? []).map { "c\($0.call) \($0.result == true)" }
  }

  var isOver: Bool { isAnswered && states.allSatisfy { $0.end != nil } && areStepsOver }

  var areStepsOver: Bool { steps.map { nextStep == $0.count && stepsUnderWay == 0 } ?? true }

  mutating func at(_ time: Int, _ event: Event) {
    queue.append((time, order, event))
    order += 1
  }

  mutating func turn() -> Bool {
    guard let index = queue.indices.min(by: { (queue[$0].time, queue[$0].order) < (queue[$1].time, queue[$1].order) })
    else { return false }
    let (time, _, event) = queue.remove(at: index)
    now = time
    switch event {
    case .leaves: leave()
    case .soft: soft()
    case .timeout: late()
    case .reply(let call, let slot, let kind): arrived(call, slot, kind)
    case .takenBack(let call, let slot): arrived(call, slot, nil)
    case .attemptEnds(let call, let slot): attemptEnds(call, slot)
    case .attemptBegins(let call, let slot): attemptBegins(call, slot)
    case .undone(let step, let kind): undone(step, kind)
    case .undoAgain(let step): undo(step)
    }
    return true
  }

  /// All that follows at this time.
  mutating func settle() {
    if hasLeft && !hasWritten {
      // Nothing of it matters any more.
      isAnswered = true
      for call in states.indices where states[call].end == nil { states[call].end = End(outcome: "cancelled") }
      return
    }
    while !ready.isEmpty {
      let call = ready.removeFirst()
      if states[call].end == nil { begin(call) }
    }
    decide()
  }

  func isUnderWay(_ call: Int) -> Bool {
    world.calls[call].isWrite && states[call].end == nil && states[call].underWay.values.contains { $0 <= now }
  }

  /// Something of it may have been done, or may yet be.
  func isInDoubt(_ call: Int) -> Bool {
    guard world.calls[call].isWrite, states[call].end == nil else { return false }
    return states[call].underWay.contains { slot, sentAt in
      sentAt <= now && (!states[call].pausing.contains(slot) || world.calls[call].replies[slot].firstKind == .doubt)
    }
  }

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
