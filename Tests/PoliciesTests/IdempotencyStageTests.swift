import Idempotency
import JSONText
import Messages
import NIOCore
import NIOEmbedded
import Plans
import TestRedis
import TestServers
import Testing

@testable import Front
@testable import Policies

/// Requests with keys over a sink without a wire, on a loop whose clock the test sets.
@Suite struct IdempotencyStageTests {
  private let loop = EmbeddedEventLoop()
  private let figures = IdempotencyFigures()
  private let held = Held()

  /// Exchanges that wait for a work that never says anything by itself. *Confined to* the test's thread.
  private final class Held: @unchecked Sendable {  // one thread
    var exchanges: [Exchange] = []
  }

  private func sink(_ work: any Endpoint, _ change: (inout IdempotencyPlan) -> Void = { _ in }) -> TestSink {
    var plan = IdempotencyPlan()
    change(&plan)
    let claims = ClaimLoops(
      loops: [loop], local: LocalKeys(capacity: 4 << 20), figures: figures, logger: RecordedLog().logger)
    let stage = IdempotencyStage(plan, claims)
    return TestSink(
      Site([(entry("ANY /a"), [stage], work), (entry("ANY /b"), [stage], say("b"))]), on: loop)
  }

  private var holding: ClosureEndpoint {
    ClosureEndpoint { [held] exchange in held.exchanges.append(exchange) }
  }

  private func key(_ text: String) -> KeyValuePairs<String, String> { ["Idempotency-Key": text] }

  private func status(_ sink: TestSink) -> String { sink.events.last { $0.first?.isNumber == true } ?? "" }

  @Test func theFirstAnswerIsGivenAgain() throws {
    let count = Held()
    let sink = sink(
      ClosureEndpoint { exchange in
        count.exchanges.append(exchange)
        let fields = [
          HeaderField("Location", "/a/1"), HeaderField("Set-Cookie", "s=1"),
          HeaderField("Weft-Outcome", "x;outcome=ok"),
        ]
        exchange.answer(Answer(status: 201, headers: fields, body: Array("made".utf8)))
      })
    try sink.request("POST", "/a", key("k"))
    #expect(sink.events == ["201 Location=/a/1 Set-Cookie=s=1 Weft-Outcome=x;outcome=ok", "made"])
    let again = try sink.request("POST", "/a", key("k"))
    #expect(
      Array(sink.events.suffix(2)) == ["201 Location=/a/1 Weft-Outcome=x;outcome=ok Idempotency-Replayed=true", "made"])
    #expect(again.record.isReplayed && again.record.outcome == "x;outcome=ok" && again.record.refused == nil)
    #expect(count.exchanges.count == 1 && figures[.replayed] == 1)
  }

  @Test func safeRequestsAndThoseWithoutAKeyPass() throws {
    let sink = sink(say("work"))
    for _ in 0..<2 {
      try sink.request("GET", "/a", key("k"))
      try sink.request("POST", "/a")
    }
    #expect(sink.events == ["200", "work", "200", "work", "200", "work", "200", "work"])
  }

  @Test func aKeyMayBeRequired() throws {
    let sink = sink(say("work")) { $0.isRequired = true }
    try sink.request("GET", "/a")
    #expect(sink.events[0] == "200")
    let refused = try sink.request("POST", "/a")
    #expect(status(sink).hasPrefix("400") && sink.events.last?.contains("needs a key in Idempotency-Key") == true)
    #expect(refused.record.refused?.stage == "idempotency")
  }

  @Test(arguments: [
    "", " ", "\u{E9}", "a\tb", String(repeating: "k", count: 257),
  ]) func whatIsNoKeyIsRefused(_ text: String) throws {
    let sink = sink(say("work"))
    try sink.request("POST", "/a", key(text))
    #expect(status(sink).hasPrefix("400"))
  }

  @Test func aKeyThatIsGivenTwiceIsRefused() throws {
    let sink = sink(say("work"))
    try sink.request("POST", "/a", ["Idempotency-Key": "k", "idempotency-key": "k"])
    #expect(status(sink).hasPrefix("400"))
    try sink.request("POST", "/a", key(String(repeating: "k", count: 256)))
    #expect(status(sink) == "200")
  }

  @Test func anotherRequestWithTheKeyIsRefused() throws {
    let sink = sink(say("work"))
    try sink.request("POST", "/a", key("k"))
    for (method, target) in [("PUT", "/a"), ("POST", "/a?x=1"), ("POST", "/b")] {
      let refused = try sink.request(method, target, key("k"))
      #expect(status(sink).hasPrefix("422") && refused.record.refused?.stage == "idempotency")
    }
    try sink.request("POST", "/a", key("other"))
    #expect(status(sink) == "200")
  }

  /// A key of the same text is another client's own: of another identity, or without one of another address or
  /// `Authorization`.
  @Test func keysAreOfTheirOwners() throws {
    let sink = sink(holding)
    for authorization in ["a", "b", "c"] {
      try sink.request("POST", "/a", ["Idempotency-Key": "k", "Authorization": authorization])
    }
    try sink.request("POST", "/a", key("k"))
    #expect(held.exchanges.count == 4)
    try sink.request("POST", "/a", ["Idempotency-Key": "k", "Authorization": "b"])
    #expect(held.exchanges.count == 4 && status(sink).hasPrefix("409"))
  }

  @Test func identitiesAreOwners() throws {
    let (one, two) = (try request(subject: "one", "Bearer 1"), try request(subject: "two", "Bearer 1"))
    let again = try request(subject: "one", "Bearer 2")
    let other = try request(subject: "one", "Bearer 1", provider: "other")
    #expect(one == again && one != two && one != other && two != other)
    let (anonymous, stranger) = (try request(subject: nil, "Bearer 1"), try request(subject: nil, "Bearer 2"))
    #expect(anonymous != one && anonymous != stranger)
    // An empty subject is nobody's.
    let (empty, vain) = (try request(subject: "", "Bearer 1"), try request(subject: "", "Bearer 2"))
    #expect(empty != vain && empty != anonymous)
    // Then what was shown counts, wherever it was.
    let (shown, stranger2) = (
      try request(subject: "", "Bearer 1", shown: "a"), try request(subject: "", "Bearer 1", shown: "b")
    )
    #expect(shown != stranger2 && shown != empty)
    #expect(try request(subject: "", "Bearer 1", shown: "a") == shown)
    #expect(try request(subject: "one", "Bearer 1", shown: "a") == one)
  }

  private func request(
    subject: String?, _ authorization: String, provider: String = "p", shown: String? = nil
  ) throws -> KeyedRequest {
    let assumed = try IncomingRequest.assumed(
      method: "POST", target: "/a", host: "x", headers: [("Authorization", authorization), ("Idempotency-Key", "k")],
      body: nil, captures: [])
    assumed.shown = shown
    assumed.identity = subject.map { ClientIdentity(provider: provider, subject: $0) }
    let key = try #require(try ClientKey(assumed, in: "Idempotency-Key"))
    return KeyedRequest(assumed, key)
  }

  @Test func whileTheFirstRunsOthersAreTurnedAway() throws {
    let sink = sink(holding)
    try sink.request("POST", "/a", key("k"))
    try sink.request("POST", "/a", key("k"))
    #expect(status(sink).hasPrefix("409") && status(sink).contains("Retry-After=1"))
    #expect(status(sink).contains("Cache-Control=no-store"))
    held.exchanges[0].answer(Answer(status: 404))
    try sink.request("POST", "/a", key("k"))
    #expect(status(sink) == "404 Idempotency-Replayed=true" && held.exchanges.count == 1)
  }

  @Test func theyMayWait() throws {
    let sink = sink(holding) { $0.wait = .seconds(5) }
    try sink.request("POST", "/a", key("k"))
    try sink.request("POST", "/a", key("k"))
    loop.advanceTime(by: .seconds(4))
    #expect(sink.events == [])
    held.exchanges[0].answer(Answer(status: 200, body: Array("done".utf8)))
    loop.advanceTime(by: .seconds(1))
    #expect(sink.events == ["200", "done", "200 Idempotency-Replayed=true", "done"])
  }

  /// What may be asked for again is not kept.
  @Test func failuresFreeTheKey() throws {
    let sink = sink(holding)
    try sink.request("POST", "/a", key("k"))
    held.exchanges[0].answer(Problem(503).answer())
    try sink.request("POST", "/a", key("k"))
    #expect(held.exchanges.count == 2)
  }

  @Test func answersInPiecesAreKeptWhole() throws {
    let sink = sink(holding)
    try sink.request("POST", "/a", key("k"))
    let exchange = held.exchanges[0]
    #expect(exchange.begin(status: 200, [HeaderField("X-A", " b ")], length: 6))
    for piece in ["one", "", "two"] { exchange.write(ByteBuffer(string: piece)) }
    exchange.flush()
    exchange.end(trailers: [HeaderField("X-Trailer", "t")])
    #expect(sink.events == ["200 X-A= b", "length 6", "+ one", "+ ", "+ two", "+ ", "flush", "+ ", "end"])
    try sink.request("POST", "/a", key("k"))
    #expect(Array(sink.events.suffix(2)) == ["200 X-A=b Idempotency-Replayed=true", "onetwo"])
  }

  @Test func whatIsBrokenOffFreesTheKey() throws {
    let sink = sink(holding)
    try sink.request("POST", "/a", key("k"))
    #expect(held.exchanges[0].begin(status: 200, [HeaderField](), length: nil))
    held.exchanges[0].write(ByteBuffer(string: "half"))
    held.exchanges[0].breakOff()
    try sink.request("POST", "/a", key("k"))
    #expect(held.exchanges.count == 2)
  }

  @Test(arguments: [nil, 1 << 20, (1 << 20) + 1]) func whatIsTooLongIsNotKept(_ length: Int?) throws {
    let sink = sink(holding)
    try sink.request("POST", "/a", key("k"))
    let exchange = held.exchanges[0]
    #expect(exchange.begin(status: 200, [HeaderField](), length: length))
    exchange.write(ByteBuffer(repeating: 0x78, count: 1 << 20))
    if length != 1 << 20 { exchange.write(ByteBuffer(string: "x")) }
    exchange.end(trailers: [HeaderField]?.none)
    try sink.request("POST", "/a", key("k"))
    #expect(held.exchanges.count == (length == 1 << 20 ? 1 : 2))
  }

  /// Nobody knows what became of it: it runs again when its lease has ended.
  @Test func aClientThatLeavesLeavesItsKeyInDoubt() throws {
    let sink = sink(holding)
    try sink.request("POST", "/a", key("k"))
    loop.advanceTime(by: .seconds(100))
    sink.leave()
    held.exchanges[0].answer(Answer(status: 200))
    try sink.request("POST", "/a", key("k"))
    #expect(status(sink).hasPrefix("409"))
    loop.advanceTime(by: .seconds(29))
    try sink.request("POST", "/a", key("k"))
    #expect(held.exchanges.count == 1)
    loop.advanceTime(by: .seconds(1))
    try sink.request("POST", "/a", key("k"))
    #expect(held.exchanges.count == 2)
  }

  @Test func whatWasNotDoneIsFreeAtOnce() throws {
    let sink = sink(holding)
    try sink.request("POST", "/a", key("k"))
    sink.leave()
    held.exchanges[0].workEnded(.undone)
    try sink.request("POST", "/a", key("k"))
    #expect(held.exchanges.count == 2)
  }

  /// The work goes on without its client, however long it takes, and who comes again gets what came of it.
  @Test func whatNobodyGotIsKept() throws {
    let sink = sink(holding)
    try sink.request("POST", "/a", key("k"))
    let exchange = held.exchanges[0]
    exchange.outlivesClient = true
    sink.leave()
    loop.advanceTime(by: .minutes(10))
    try sink.request("POST", "/a", key("k"))
    #expect(status(sink).hasPrefix("409"))
    let fields = [HeaderField("Set-Cookie", "s=1"), HeaderField("X-A", "b")]
    exchange.workEnded(.missed(Answer(status: 201, headers: fields, body: Array("made".utf8))))
    try sink.request("POST", "/a", key("k"))
    #expect(Array(sink.events.suffix(2)) == ["201 X-A=b Idempotency-Replayed=true", "made"])
  }

  /// A work that writes is answered for the time that it took, and goes on: it is not begun again beside itself.
  @Test(arguments: [false, true]) func aFailureFreesTheKeyWhenItsWorkHasEnded(_ endsFirst: Bool) throws {
    let sink = sink(holding)
    try sink.request("POST", "/a", key("k"))
    let exchange = held.exchanges[0]
    exchange.outlivesClient = true
    if endsFirst { exchange.workEnded(.answered) }
    exchange.answer(Problem(504).answer())
    if !endsFirst {
      try sink.request("POST", "/a", key("k"))
      #expect(status(sink).hasPrefix("409"))
      exchange.workEnded(.answered)
    }
    try sink.request("POST", "/a", key("k"))
    #expect(held.exchanges.count == 2)
  }

  /// The client leaves before its key was looked at: nothing is begun, and nothing left.
  @Test func whoLeavesWhileWaitingTakesNothing() throws {
    let sink = sink(holding) { $0.wait = .seconds(5) }
    try sink.request("POST", "/a", key("k"))
    try sink.request("POST", "/a", key("k"))
    sink.leave()
    held.exchanges[0].answer(Problem(500).answer())
    loop.advanceTime(by: .seconds(1))
    #expect(held.exchanges.count == 1)
    try sink.request("POST", "/a", key("k"))
    #expect(held.exchanges.count == 2)
  }
}
