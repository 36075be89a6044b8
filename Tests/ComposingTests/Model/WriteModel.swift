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
}
