import Messages
import NIOCore
import TestServers
import Testing

@testable import Front

/// What the stages of a test did, in order. *Confined to* the test's thread.
private final class Journal: @unchecked Sendable {  // one thread
  var lines: [String] = []
  var waiting: Exchange?
}

private struct TestStage: Stage {
  let name: String
  let journal: Journal
  var step: StageStep = .pass
  var filter: (any BodyFilter & Sendable)?
  let seesAnswers = true

  func enter(_ exchange: Exchange) -> StageStep {
    journal.lines.append("> \(name)")
    if case .wait = step { journal.waiting = exchange }
    return step
  }

  func leave(
    _ exchange: Exchange, _ head: inout AnswerHead, _ fields: some FieldSequence, length: Int?
  ) -> (any BodyFilter)? {
    journal.lines.append("< \(name) \(head.status)")
    head.changes.set("X-Stage", name)
    return filter
  }
}

private struct Upper: BodyFilter, Sendable {
  func pass(_ piece: ByteBuffer, isLast: Bool) -> ByteBuffer {
    ByteBuffer(string: String(buffer: piece).uppercased() + (isLast ? "!" : ""))
  }
}

/// Notes what is streamed. *Confined to* the test's thread.
private final class JournalStream: ExchangeStream, @unchecked Sendable {  // one thread
  let journal: Journal

  init(journal: Journal) {
    self.journal = journal
  }

  func received(_ bytes: ByteBuffer) -> Bool {
    journal.lines.append(String(buffer: bytes))
    return true
  }

  func bodyEnded() { journal.lines.append("end") }
  func outputDrained() {}
  func abandoned() {}
}

/// Stages and works over a sink that has no wire.
@Suite struct StageTests {
  private let journal = Journal()

  private func sink(_ stages: [TestStage], body: BodyMode = .ignored) -> TestSink {
    let journal = journal
    let work = ClosureEndpoint(body: body) { exchange in
      journal.lines.append("work " + String(decoding: exchange.request.body ?? [], as: UTF8.self))
      exchange.answer(Answer(status: 201, headers: [HeaderField("X-Stage", "work")], body: Array("done".utf8)))
    }
    return TestSink(Site([(entry("ANY /a"), stages, work)]))
  }

  private func stage(_ name: String, _ step: StageStep = .pass) -> TestStage {
    TestStage(name: name, journal: journal, step: step)
  }

  @Test func aRequestPassesAllAndItsAnswerComesBackTheOtherWay() throws {
    let sink = sink([stage("one"), stage("two")])
    try sink.request("GET", "/a")
    #expect(journal.lines == ["> one", "> two", "work ", "< two 201", "< one 201"])
    #expect(sink.events == ["201 X-Stage=one", "done"])
  }

  @Test func whatIsAnsweredByAStageIsSeenByThoseItEntered() throws {
    let sink = sink([stage("one"), stage("two", .answer(Answer(status: 403))), stage("three")])
    try sink.request("GET", "/a")
    #expect(journal.lines == ["> one", "> two", "< two 403", "< one 403"])
    #expect(sink.events == ["403 X-Stage=one", ""])
    #expect(sink.requestsInFlight == 0)
  }

  @Test(arguments: [StageStep.pass, .answer(Answer(status: 401))])
  func aStageMayWait(_ then: StageStep) throws {
    let sink = sink([stage("one", .wait), stage("two")])
    try sink.request("GET", "/a")
    #expect(journal.lines == ["> one"] && sink.events.isEmpty && sink.requestsInFlight == 1)
    try #require(journal.waiting).resume(then)
    let isPassed = if case .pass = then { true } else { false }
    #expect(sink.events == (isPassed ? ["201 X-Stage=one", "done"] : ["401 X-Stage=one", ""]))
    // Once is enough.
    try #require(journal.waiting).resume(.pass)
    #expect(sink.events.count == 2 && sink.requestsInFlight == 0)
  }

  /// At once, or after it has waited.
  @Test(arguments: [false, true]) func whoRefusesIsTold(_ waits: Bool) throws {
    let problem = Problem(403, detail: "not from there")
    let sink = sink([stage("one"), stage("two", waits ? .wait : .refuse(problem)), stage("three")])
    let exchange = try sink.request("GET", "/a")
    if waits { exchange.resume(.refuse(problem)) }
    #expect(exchange.record.refused == RequestRecord.Refusal(stage: "two", why: "not from there"))
    #expect(sink.events.first?.hasSuffix(" X-Stage=one") == true && sink.requestsInFlight == 0)
    // Nobody keeps it for others.
    #expect(sink.events.first?.contains(" Cache-Control=no-store ") == true)
  }

  @Test func whoLeavesAtAStageIsNotWorkedFor() throws {
    let sink = sink([stage("one", .wait), stage("two")])
    try sink.request("GET", "/a")
    sink.leave()
    try #require(journal.waiting).resume(.pass)
    #expect(journal.lines == ["> one"] && sink.events.isEmpty && sink.requestsInFlight == 0)
  }

  /// Nobody's body is collected before the request was let in.
  @Test func theBodyIsCollectedBehindTheStagesBeforeIt() throws {
    let sink = sink([stage("one", .wait)], body: .buffered(max: 10))
    let exchange = try sink.request("POST", "/a", body: .known(4))
    #expect(sink.events.isEmpty && sink.requestsInFlight == 0)
    exchange.resume(.pass)
    #expect(sink.events == ["body, please"])
    #expect(exchange.receive(ByteBuffer(string: "ab")).isTaken && exchange.receive(ByteBuffer(string: "cd")).isTaken)
    exchange.bodyEnded()
    #expect(journal.lines == ["> one", "work abcd", "< one 201"])
  }

  /// Over HTTP/2 it may even end meanwhile.
  @Test(arguments: [false, true]) func whatComesWhileAStageWaitsIsKept(_ isStreamed: Bool) throws {
    for ends in [false, true] {
      journal.lines = []
      let stream = JournalStream(journal: journal)
      let journal = journal
      let work = ClosureEndpoint(body: isStreamed ? .streamed : .buffered(max: 10)) { exchange in
        journal.lines.append("work " + String(decoding: exchange.request.body ?? [], as: UTF8.self))
        exchange.stream = stream
      }
      let sink = TestSink(Site([(entry("ANY /a"), [stage("one", .wait)], work)]))
      let exchange = try sink.request("POST", "/a", body: .unknown)
      #expect(!exchange.receive(ByteBuffer(string: "ab")).isTaken)
      if ends { exchange.bodyEnded() }
      #expect(journal.lines == ["> one"])
      exchange.resume(.pass)
      if !ends {
        #expect(exchange.receive(ByteBuffer(string: "cd")).isTaken)
        exchange.bodyEnded()
      }
      let whole = ends ? ["ab"] : ["ab", "cd"]
      #expect(sink.events.contains("more body, please"))
      #expect(
        journal.lines == ["> one"] + (isStreamed ? ["work "] + whole + ["end"] : ["work \(whole.joined())"]))
    }
  }

  @Test func whatWasKeptIsBounded() throws {
    let sink = sink([stage("one", .wait)], body: .buffered(max: 3))
    let exchange = try sink.request("POST", "/a", body: .unknown)
    #expect(!exchange.receive(ByteBuffer(string: "abcd")).isTaken)
    exchange.resume(.pass)
    #expect(
      sink.events == ["body, please", "refused", "413 X-Stage=one Cache-Control=no-store"]
        && journal.lines.last == "< one 413")
  }

  @Test func aBodyThatIsTooLargeIsRefused() throws {
    let sink = sink([], body: .buffered(max: 3))
    try sink.request("POST", "/a", body: .known(4))
    #expect(sink.events == ["refused", "413 Cache-Control=no-store"])
    let exchange = try sink.request("POST", "/a", body: .unknown)
    #expect(!exchange.receive(ByteBuffer(string: "abcd")).isTaken)
  }

  @Test func bodiesGoThroughFilters() throws {
    var upper = stage("upper")
    upper.filter = Upper()
    let whole = sink([upper])
    try whole.request("GET", "/a")
    #expect(whole.events == ["201 X-Stage=upper", "DONE!"])

    let work = ClosureEndpoint { exchange in
      #expect(exchange.begin(status: 200, [HeaderField](), length: 4))
      exchange.write(ByteBuffer(string: "ab"))
      exchange.write(ByteBuffer(string: "cd"))
      exchange.end(trailers: [HeaderField]?.none)
    }
    let pieces = TestSink(Site([(entry("ANY /a"), [upper], work)]))
    try pieces.request("GET", "/a")
    #expect(pieces.events == ["200 X-Stage=upper", "length unknown", "+ AB", "+ CD", "+ !", "end"])
  }

  @Test func aReloadInMidRequestChangesNothingForIt() throws {
    let sink = sink([stage("one", .wait)])
    let exchange = try sink.request("GET", "/a")
    sink.replace(Site([(entry("ANY /a"), [], say("new"))]))
    exchange.resume(.pass)
    #expect(sink.events == ["201 X-Stage=one", "done"])
    try sink.request("GET", "/a")
    #expect(sink.events.suffix(2) == ["200", "new"])
  }

  @Test func placesAreKeptUntilTheAnswerIsTaken() throws {
    let sink = sink([])
    sink.takes = false
    let exchange = try sink.request("GET", "/a")
    #expect(sink.requestsInFlight == 1)
    exchange.leave()
    #expect(sink.requestsInFlight == 0)
  }
}

extension Exchange.Reception {
  fileprivate var isTaken: Bool { if case .taken = self { true } else { false } }
}
