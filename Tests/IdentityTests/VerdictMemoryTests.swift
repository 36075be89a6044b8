import Front
import Hashing
import JSONText
import Locking
import Messages
import Testing
import Timing

@testable import Identity

extension Hash256 {
  fileprivate init(_ number: Int) { self.init(of: "\(number)") }
}

extension Verdict {
  /// In a word.
  fileprivate var word: String {
    switch self {
    case .verified(let identity): identity.subject ?? "?"
    case .invalid(let why), .refused(_, let why): "invalid: \(why)"
    case .unknown(let why): "unknown: \(why)"
    case .unavailable(let why): "unavailable: \(why)"
    }
  }
}

@Suite struct VerdictTableTests {
  private var table = VerdictTable(verdicts: 100, bytes: 100_000, asks: 2, waiting: 4)

  private func word(_ step: VerdictTable.Step) -> String {
    switch step {
    case .known(let verdict): verdict.word
    case .ask: "ask"
    case .wait: "wait"
    case .full: "full"
    }
  }

  private func at(_ seconds: Int64) -> Instant { Instant(nanoseconds: seconds * 1_000_000_000) }

  private mutating func find(_ number: Int, at seconds: Int64 = 0) -> String {
    word(table.find(Hash256(number), at: at(seconds)) { _ in })
  }

  private mutating func take(_ verdict: Verdict, _ number: Int, until end: Int64, at now: Int64 = 0) -> Int {
    table.take(verdict, of: Hash256(number), until: at(end), at: at(now)).count
  }

  @Test mutating func theFirstAsksAndTheOthersWait() {
    #expect(find(1) == "ask" && find(1) == "wait" && find(1) == "wait")
    #expect(take(.invalid("no"), 1, until: 60) == 3)
    #expect(table.waiting == 0 && table.count == 1)
    #expect(find(1, at: 59) == "invalid: no")
  }

  @Test mutating func aVerdictEnds() {
    #expect(find(1) == "ask")
    #expect(take(.invalid("no"), 1, until: 60) == 1)
    #expect(find(1, at: 60) == "ask" && table.count == 0)
  }

  @Test mutating func whatCanNotBeToldIsNotKept() {
    #expect(find(1) == "ask")
    #expect(take(.unknown("too many"), 1, until: 60) == 1)
    #expect(table.count == 0 && find(1) == "ask")
    #expect(take(.unavailable("nobody is there"), 1, until: 60) == 1)
    #expect(table.count == 0 && find(1) == "ask")
  }

  @Test mutating func whatHoldsForNoTimeIsNotKept() {
    #expect(find(1) == "ask")
    #expect(take(.invalid("no"), 1, until: 5, at: 5) == 1)
    #expect(table.count == 0 && find(1, at: 5) == "ask")
  }

  @Test mutating func theQuestionsAreBounded() {
    #expect(find(1) == "ask" && find(2) == "ask" && find(3) == "full" && find(1) == "wait")
    #expect(take(.invalid("no"), 2, until: 0) == 1)
    #expect(find(3) == "ask")
  }

  @Test mutating func theWaitingAreBounded() {
    #expect(find(1) == "ask" && find(1) == "wait" && find(1) == "wait" && find(1) == "wait")
    #expect(find(1) == "full" && find(2) == "full")
    #expect(take(.invalid("no"), 1, until: 60) == 4)
    #expect(find(1, at: 1) == "invalid: no" && find(2) == "ask")
  }

  @Test mutating func theKeptAreBounded() {
    for number in 0..<1000 {
      #expect(find(number) == "ask")
      #expect(take(.invalid("no"), number, until: 60) == 1)
    }
    #expect(table.count == 100)
  }

  @Test mutating func theirBytesAreBounded() {
    let long = String(repeating: "x", count: 10_000)
    for number in 0..<100 {
      #expect(find(number) == "ask")
      #expect(take(.refused(Answer(status: 403, body: Array(long.utf8)), why: "no"), number, until: 60) == 1)
      #expect(table.bytes <= 100_000)
    }
    #expect(table.count == 9)
    #expect(find(1000) == "ask")
    #expect(take(.invalid(String(repeating: "x", count: 100_000)), 1000, until: 60) == 1)
    #expect(table.count == 9 && find(1000) == "ask")
  }

  @Test func whatIsKnownOfClaimsCountsToo() throws {
    func size(_ claims: String) throws -> Int {
      Verdict.verified(ClientIdentity(provider: "p", "me", of: try JSONText(string: claims).root)).size
    }
    let least = try size("{}")
    #expect(try size(#"{"a":"\#(String(repeating: "x", count: 1000))"}"#) >= least + 1000)
    #expect(try size(#"{"a":[1\#(String(repeating: ",1", count: 999))]}"#) >= least + 16 * 1000)
    #expect(try size(#"{"groups":["\#(String(repeating: "x", count: 1000))"]}"#) >= least + 2000)
  }
}

@Suite struct VerdictMemoryTests {
  /// *Guarded by its lock.* A clock that is set, the questions, and what those who wait were told.
  private final class Script: Sendable {
    private struct State {
      var now = Instant(nanoseconds: 0)
      var questions: [VerdictMemory.Completion] = []
      var asked = 0
      var told: [String] = []
    }

    private let state = Locked(State())

    var now: Instant { state.withLock { $0.now } }
    var asked: Int { state.withLock { $0.asked } }
    var told: [String] { state.withLock { $0.told } }

    func advance(by duration: Duration) { state.withLock { $0.now = $0.now.advanced(by: duration) } }
    func tell(_ verdict: Verdict) { state.withLock { $0.told.append(verdict.word) } }

    func ask(_ completion: @escaping VerdictMemory.Completion) {
      state.withLock { state in
        state.asked += 1
        state.questions.append(completion)
      }
    }

    func answer(_ verdict: Verdict, for lifetime: Duration) {
      let questions: [VerdictMemory.Completion] = state.withLock { state in
        defer { state.questions = [] }
        return state.questions
      }
      for completion in questions { completion(verdict, lifetime) }
    }
  }

  private let script: Script
  private let memory: VerdictMemory

  init() {
    let script = Script()
    self.script = script
    memory = VerdictMemory(clock: { script.now })
  }

  private func verdict(_ number: Int) -> String? {
    memory.verdict(of: Hash256(number), later: { [script] in script.tell($0) }, ask: script.ask)?.word
  }

  @Test func manyAskOnceAndAllAreTold() {
    for _ in 0..<64 { #expect(verdict(1) == nil) }
    #expect(script.asked == 1)
    script.answer(.verified(ClientIdentity(provider: "p", subject: "me")), for: .seconds(60))
    #expect(script.told == Array(repeating: "me", count: 64))
    #expect(verdict(1) == "me" && script.asked == 1)
    script.advance(by: .seconds(60))
    #expect(verdict(1) == nil && script.asked == 2)
  }

  @Test func anOutageIsToldAndNotKept() {
    #expect(verdict(1) == nil)
    script.answer(.unknown("late"), for: .seconds(60))
    #expect(script.told == ["unknown: late"] && memory.count == 0)
    #expect(verdict(1) == nil && script.asked == 2)
  }

  @Test func oneCredentialIsNotAnother() {
    #expect(verdict(1) == nil)
    script.answer(.invalid("no"), for: .seconds(60))
    #expect(verdict(2) == nil && script.asked == 2)
    script.answer(.verified(ClientIdentity(provider: "p", subject: "you")), for: .seconds(60))
    #expect(verdict(1) == "invalid: no" && verdict(2) == "you")
  }

  @Test func thoseWhoWaitForOneAreBounded() {
    let most = VerdictMemory.mostWaiting / VerdictMemory.shardCount
    for _ in 0..<most { #expect(verdict(1) == nil) }
    #expect(verdict(1) == "unknown: too many credentials are being asked about" && script.asked == 1)
    script.answer(.invalid("no"), for: .seconds(60))
    #expect(script.told.count == most && verdict(1) == "invalid: no")
  }

  @Test func theQuestionsAreBounded() {
    let refused = (0..<(VerdictMemory.mostAsks * 4)).filter { verdict($0) != nil }.count
    #expect(script.asked == VerdictMemory.mostAsks && refused == VerdictMemory.mostAsks * 3)
  }
}
