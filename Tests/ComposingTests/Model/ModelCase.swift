import Messages
import TestInputs

@testable import Composing

/// A route that was made up, and what its backends and its client do. A value; the same for a seed. Ten seeds have one
/// route.
struct ModelCase {
  enum Kind {
    case ok, no, doubt, garbage, reset, refused, hang
    /// A no, after an attempt of which nobody knows.
    case noBehindDoubt
    /// Of an undoing: it was undone, or never done.
    case gone, missing
  }

  /// What comes of one request.
  struct Reply: CustomStringConvertible {
    var kind: Kind
    /// In microseconds; no two are equal, so that nothing happens at one time.
    var after: Int
    /// It waits for its turn for so long, and can be taken back until then.
    var sentAfter = 0
    /// An attempt before it that ends, as a no or as one that leaves doubt, and is repeated after a pause.
    var first: (leavesDoubt: Bool, endsAfter: Int, repeatedAfter: Int)?

    /// How that one ends.
    var firstKind: Kind { first?.leavesDoubt == true ? .doubt : .no }
    /// How the last one does.
    var lastKind: Kind { kind == .no && first?.leavesDoubt == true ? .noBehindDoubt : kind }

    var description: String {
      "\(kind) after \(after), sent after \(sentAfter)" + (first.map { ", repeated \($0)" } ?? "")
    }
  }

  struct Call {
    var isWrite = false
    var required = false
    var hasFallback = false
    /// The condition on `query.x`: must it be there?
    var when: Bool?
    /// An earlier call whose value stands in the path.
    var reads: Int?
    var after: Set<Int> = []
    /// Milliseconds.
    var timeout: Int?
    /// Items of its `each`, and how many at once.
    var each: (count: Int, concurrency: Int)?
    var undo: Undo?
    /// Of each slot.
    var replies: [Reply] = []
    /// Of each slot, the attempts at undoing it.
    var undoReplies: [[Reply]] = []

    var slots: Int { each?.count ?? 1 }
  }

  struct Undo {
    var onFailure = true
    var onDoubt = true
    var attempts = 3
    /// Its path has the write's own value.
    var readsOwn = false
  }

  let seed: UInt64
  var calls: [Call] = []
  var softTimeout: Int?
  var cancels = false
  var isStrict = false
  var x = false
  /// In microseconds.
  var leaves: Int?
  private var dice: Dice
  private var times: Set<Int> = []

  static let timeout = 1000

  static let seedsOfARoute = 10

  init(seed: UInt64) {
    self.seed = seed
    dice = Dice(seed: seed / UInt64(Self.seedsOfARoute))
    let count = 1 + dice.roll(5)
    for index in 0..<count { calls.append(call(index)) }
    if chance(3) { softTimeout = 100 + dice.roll(800) }
    cancels = chance(3)
    dice = Dice(seed: ~seed)
    isStrict = chance(3)
    x = chance(2)
    if chance(2) { leaves = time(1200) }
    for index in calls.indices { reply(index) }
  }

  private mutating func reply(_ index: Int) {
    let kinds: [Kind] = [.ok, .ok, .ok, .ok, .no, .noBehindDoubt, .doubt, .garbage, .reset, .refused, .hang]
    let slots = 0..<calls[index].slots
    calls[index].replies = slots.map { _ in
      let reply = reply(kinds)
      return calls[index].isWrite && chance(3) ? repeated(reply) : reply
    }
    calls[index].undoReplies = slots.map { _ in
      (0..<3).map { _ in reply([.ok, .gone, .missing, .no, .doubt, .refused, .hang]) }
    }
  }

  private mutating func chance(_ sides: Int) -> Bool { dice.roll(sides) == 0 }

  private mutating func time(_ milliseconds: Int) -> Int {
    while true {
      let time = 1 + dice.roll(milliseconds * 1000)
      if time % 1000 != 0, times.insert(time).inserted { return time }
    }
  }

  private mutating func reply(_ kinds: [Kind]) -> Reply {
    var reply = Reply(kind: kinds[dice.roll(kinds.count)], after: time([30, 300, 1500][dice.roll(3)]))
    if chance(3) { reply.sentAfter = dice.roll(reply.kind == .hang ? 1_500_000 : reply.after) }
    return reply
  }

  /// The same behind an attempt that the backend's `retry` repeats.
  private mutating func repeated(_ reply: Reply) -> Reply {
    guard reply.kind != .refused, reply.kind != .noBehindDoubt else { return reply }
    let end = reply.kind == .hang ? reply.sentAfter + 1_500_000 : reply.after
    guard let pause = time(from: reply.sentAfter, to: end), let again = time(from: pause, to: end) else { return reply }
    var reply = reply
    reply.first = (chance(2), pause, again)
    return reply
  }

  /// `nil`: there is hardly any between.
  private mutating func time(from start: Int, to end: Int) -> Int? {
    guard end - start > 1000 else { return nil }
    while true {
      let time = start + 1 + dice.roll(end - start - 1)
      if time % 1000 != 0, times.insert(time).inserted { return time }
    }
  }

  private mutating func call(_ index: Int) -> Call {
    var call = Call()
    call.isWrite = chance(2)
    call.required = chance(2)
    call.hasFallback = !call.required && chance(3)
    if chance(5) { call.when = chance(2) }
    let readable = (0..<index).filter { calls[$0].each == nil }
    if !readable.isEmpty, chance(3) { call.reads = readable[dice.roll(readable.count)] }
    for other in 0..<index where chance(4) { call.after.insert(other) }
    if call.isWrite { order(&call, index) }
    if chance(4) { call.timeout = 50 + dice.roll(1500) }
    if chance(4) { call.each = (1 + dice.roll(4), 1 + dice.roll(3)) }
    if call.isWrite, !chance(4) {
      var undo = Undo()
      if chance(3) { undo.onFailure = chance(2) }
      if !undo.onFailure { undo.onDoubt = true } else if chance(3) { undo.onDoubt = chance(2) }
      undo.attempts = 1 + dice.roll(3)
      undo.readsOwn = chance(4)
      call.undo = undo
    }
    return call
  }

  /// Writes are ordered by the file, but for two that exclude one another.
  private mutating func order(_ call: inout Call, _ index: Int) {
    let writes = (0..<index).filter { calls[$0].isWrite }
    guard let last = writes.last else { return }
    if let when = calls[last].when, chance(2) {
      call.when = !when
      if call.reads == last { call.reads = nil }
      call.after.remove(last)
      call.after.formUnion(writes.dropLast())
    } else {
      call.after.formUnion(writes)
    }
  }

  // MARK: As a definition

  var definition: String {
    var lines = ["timeout: \(Self.timeout)ms"]
    if let softTimeout { lines.append("softTimeout: \(softTimeout)ms") }
    if cancels { lines.append("onDisconnect: cancel") }
    lines.append("calls:")
    for (index, call) in calls.enumerated() {
      lines.append("  c\(index):")
      let path = "/c\(index)" + (call.reads.map { "/${c\($0).id}" } ?? "") + (call.each == nil ? "" : "/${item}")
      lines.append("    request: \"\(call.isWrite ? "POST" : "GET") a \(path)\"")
      if call.required { lines.append("    required: true") }
      if call.hasFallback { lines.append("    fallback: { id: 9 }") }
      if let when = call.when { lines.append("    when: \"${\(when ? "" : "!")query.x}\"") }
      if !call.after.isEmpty {
        lines.append("    after: [\(call.after.sorted().map { "c\($0)" }.joined(separator: ", "))]")
      }
      if let timeout = call.timeout { lines.append("    timeout: \(timeout)ms") }
      if let each = call.each {
        lines.append("    each: [\((1...each.count).map { "\($0)" }.joined(separator: ", "))]")
        lines.append("    concurrency: \(each.concurrency)")
      }
      guard let undo = call.undo else { continue }
      let undoing =
        "/undo/c\(index)" + (call.each == nil ? "" : "/${item}") + (undo.readsOwn ? "/${c\(index).id}" : "")
      lines.append("    compensate: { request: \"DELETE b \(undoing)\", retry: { attempts: \(undo.attempts) } }")
      let causes = (undo.onFailure ? ["failure"] : []) + (undo.onDoubt ? ["doubt"] : [])
      lines.append("    compensateOn: [\(causes.joined(separator: ", "))]")
    }
    return lines.joined(separator: "\n")
  }

  /// The path of a slot's request, where what it reads has the value `id`.
  func path(_ index: Int, _ slot: Int, id: Int) -> String {
    "/c\(index)" + (calls[index].reads == nil ? "" : "/\(id)") + (calls[index].each == nil ? "" : "/\(slot + 1)")
  }

  func undoPath(_ index: Int, _ slot: Int) -> String {
    "/undo/c\(index)" + (calls[index].each == nil ? "" : "/\(slot + 1)")
      + (calls[index].undo?.readsOwn == true ? "/1" : "")
  }

  func write(to caller: ScriptedCaller) {
    for (index, call) in calls.enumerated() {
      for slot in 0..<call.slots {
        for id in [1, 9] { caller.script(path(index, slot, id: id), [call.replies[slot].script]) }
        if call.undo != nil { caller.script(undoPath(index, slot), call.undoReplies[slot].map(\.script)) }
      }
    }
  }
}

extension ModelCase.Reply {
  fileprivate var script: ScriptedCaller.Script {
    var response =
      switch kind {
      case .ok: CallResponse(.response(status: 200, headers: [], body: Array(#"{"id":1}"#.utf8)))
      case .no, .noBehindDoubt: CallResponse(.response(status: 409, headers: [], body: []))
      case .gone: CallResponse(.response(status: 410, headers: [], body: []))
      case .missing: CallResponse(.response(status: 404, headers: [], body: []))
      case .doubt: CallResponse(.response(status: 500, headers: [], body: []))
      case .garbage: CallResponse(.response(status: 200, headers: [], body: Array("}".utf8)))
      case .reset: CallResponse(.failure(.connect("reset")))
      case .refused: CallResponse(.failure(.connect("refused")), wasSent: false)
      case .hang: CallResponse(.failure(.timeout))
      }
    response.leftDoubt = kind == .noBehindDoubt
    let attempt = first.map { first in
      let status = first.leavesDoubt ? 500 : 409
      return ScriptedCaller.Attempt(
        response: CallResponse(.response(status: status, headers: [], body: [])),
        endsAfter: .microseconds(first.endsAfter), repeatedAfter: .microseconds(first.repeatedAfter))
    }
    return .init(
      response: response, after: kind == .hang ? .seconds(100_000) : .microseconds(after),
      sentAfter: .microseconds(sentAfter), first: attempt)
  }
}
