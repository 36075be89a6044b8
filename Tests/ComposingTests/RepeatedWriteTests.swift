import Messages
import TestSockets
import Testing

@testable import Composing

/// Nothing of a write is sent again once the composite has failed, or no write may begin any more.
@Suite(.ownThreads) struct RepeatedWriteTests {
  /// A payment whose backend says 503 (or `status`) after 100 ms and is asked again after `pause`, and would then take it.
  private static func bench(_ route: String, status: Int = 503, pause: Int) throws -> Bench {
    let bench = try Bench(route, method: "POST")
    bench.caller.script("/pay", [script(status, pause: pause)])
    for target in ["/stock", "/pay/7", "/stock/7"] { bench.caller.answer(target) }
    return bench
  }

  private static func script(_ status: Int, pause: Int) -> ScriptedCaller.Script {
    ScriptedCaller.Script(
      response: CallResponse(.response(status: 200, headers: [], body: Array("{}".utf8))),
      after: .milliseconds(100 + pause + 100),
      first: .init(
        response: CallResponse(.response(status: status, headers: [], body: [])), endsAfter: .milliseconds(100),
        repeatedAfter: .milliseconds(100 + pause)))
  }

  private static let route = """
    calls:
      stock: { request: PUT a /stock, required: true, compensate: DELETE a /stock/7 }
      pay: { request: POST a /pay, required: true, after: [stock], compensate: DELETE a /pay/7 }
    """

  /// In its pause, and with the attempt under way that ends as a no.
  @Test(arguments: [50, 150]) func notBehindA504(_ timeout: Int) throws {
    let bench = try Self.bench("timeout: \(timeout)ms\n" + Self.route, pause: 500)
    let course = try bench.run()
    #expect(course.answer.answer.status == 504 && course.answeredAt == timeout)
    // With an attempt under way it may yet be done; behind a no it is not.
    let pending = timeout == 50 ? #"{"stock":"pending","pay":"pending"}"# : #"{"stock":"pending"}"#
    #expect(course.answer.text.contains(#""compensated":\#(pending)"#))
    #expect(bench.caller.targets == ["PUT /stock", "POST /pay", "DELETE /stock/7"])
    #expect(bench.caller.repeated.isEmpty)
    #expect(
      course.end.outcome
        == "stock;outcome=ok;compensated=done;dur=0, pay;outcome=status;status=503;dur=\(timeout == 50 ? 100 : 150)")
  }

  @Test(arguments: [50, 150]) func notForAClientThatLeft(_ leaving: Int) throws {
    let bench = try Self.bench("onDisconnect: cancel\n" + Self.route, pause: 500)
    let course = try bench.run(leavingAt: .milliseconds(leaving))
    #expect(bench.caller.targets == ["PUT /stock", "POST /pay", "DELETE /stock/7"])
    #expect(bench.caller.repeated.isEmpty)
    #expect(course.end.outcome?.contains("pay;outcome=status;status=503;dur=") == true)
  }

  /// Who leaves without that has all of it.
  @Test func aClientThatLeavesEndsNoRepetition() throws {
    let bench = try Self.bench(Self.route, pause: 500)
    let course = try bench.run(leavingAt: .milliseconds(150))
    #expect(bench.caller.repeated.map(\.request.target) == ["/pay"] && bench.caller.targets.count == 2)
    #expect(course.end.outcome == "stock;outcome=ok;dur=0, pay;outcome=ok;dur=700")
  }

  /// What leaves doubt is undone, and not sent again either.
  @Test func whatIsInDoubtIsUndone() throws {
    let bench = try Self.bench("timeout: 150ms\n" + Self.route, status: 500, pause: 500)
    let course = try bench.run()
    #expect(course.answer.text.contains(#""compensated":{"stock":"pending","pay":"pending"}"#))
    #expect(bench.caller.targets == ["PUT /stock", "POST /pay", "DELETE /pay/7", "DELETE /stock/7"])
    #expect(bench.caller.repeated.isEmpty)
    #expect(course.end.outcome?.contains("pay;outcome=status;status=500;compensated=done;dur=150") == true)
  }

  /// The items beside one that fails.
  @Test(arguments: [50, 150]) func notBehindAnItemThatFails(_ failing: Int) throws {
    let bench = try Bench(
      """
      calls: { p: { each: [1, 2], request: "POST a /p/${item}", required: true, compensate: "DELETE a /p/${item}" } }
      """, method: "POST")
    bench.caller.script("/p/1", [Self.script(503, pause: 500)])
    bench.caller.answer("/p/2", "", status: 409, after: failing)
    let course = try bench.run()
    #expect(course.answer.answer.status == 502 && course.answeredAt == max(100, failing))
    #expect(bench.caller.targets == ["POST /p/1", "POST /p/2"] && bench.caller.repeated.isEmpty)
  }

  /// Nor where a call that it does not wait for fails: here the answer, which is too large.
  @Test func notBehindAFailureElsewhere() throws {
    let bench = try Self.bench(
      """
      softTimeout: 150ms
      maxAnswer: 1KiB
      calls:
        big: { request: GET a /big, required: true }
        pay: { request: POST a /pay, compensate: DELETE a /pay/7 }
      """, pause: 500)
    bench.caller.answer("/big", "\"" + String(repeating: "x", count: 2000) + "\"")
    let course = try bench.run()
    #expect(course.answer.answer.status == 500 && course.answeredAt == 150)
    #expect(bench.caller.targets == ["GET /big", "POST /pay"] && bench.caller.repeated.isEmpty)
  }

  /// The answer was good, and its time is over: nothing is begun any more.
  @Test func notBehindTheTimeout() throws {
    let bench = try Self.bench(
      """
      softTimeout: 20ms
      timeout: 150ms
      calls: { me: { request: GET a /me, required: true }, pay: { request: POST a /pay, compensate: DELETE a /pay/7 } }
      """, pause: 500)
    bench.caller.answer("/me")
    let course = try bench.run()
    #expect(course.answer.answer.status == 200 && course.answeredAt == 20)
    #expect(bench.caller.targets == ["GET /me", "POST /pay"] && bench.caller.repeated.isEmpty)
    #expect(course.end.outcome == "me;outcome=ok;dur=0, pay;outcome=status;status=503;dur=150")
  }
}
