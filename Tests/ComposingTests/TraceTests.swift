import Messages
import TestSockets
import Testing
import Timing

@testable import Composing

/// What is told of calls when the answer is made.
@Suite(.ownThreads) struct TraceTests {
  private func attempt(at milliseconds: Int, _ outcome: String = "ok") -> AttemptTrace {
    let began = ScriptedCaller.start.advanced(by: .milliseconds(milliseconds))
    return AttemptTrace("http://a", queued: began, began: began, ended: began, outcome: outcome)
  }

  private func response(_ status: Int = 200, attempts: Int = 1, at milliseconds: Int = 0) -> CallResponse {
    var response = CallResponse(.response(status: status, headers: [], body: Array("{}".utf8)))
    for _ in 0..<attempts { response.attempts.add(attempt(at: milliseconds)) }
    return response
  }

  private func milliseconds(_ trace: CallTrace) -> [Int] {
    [ScriptedCaller.start.milliseconds(to: trace.began), ScriptedCaller.start.milliseconds(to: trace.ended)]
  }

  @Test func eachCallIsToldInTheFilesOrder() throws {
    let bench = try Bench(
      """
      calls:
        y: { request: GET b /y, after: [x], fallback: 0 }
        x: GET a /x
        z: { request: GET a /z, when: "${query.z}" }
      """)
    bench.caller.script("/x", [.init(response: response(attempts: 3), after: .milliseconds(20))])
    bench.caller.answer("/y", status: 500, after: 5)
    let calls = try bench.compose().answer.calls
    #expect(calls.map(\.name) == ["y", "x", "z"] && calls.map(\.backend) == ["b", "a", "a"])
    #expect(calls.map(\.outcome) == ["status", "ok", "skipped"] && calls.map(\.status) == [500, 200, nil])
    #expect(calls.map(\.used) == ["fallback", nil, nil])
    #expect(calls.map(\.attemptCount) == [0, 3, 0] && calls[1].attempts.count == 3)
    #expect(milliseconds(calls[1]) == [0, 20] && milliseconds(calls[0]) == [20, 25])
    #expect(calls[2].began == calls[2].ended)
  }

  /// It is made once, and told of once.
  @Test func aSharedRequestHasItsAttemptsOnce() throws {
    let bench = try Bench("calls: { x: GET a /x, y: GET a /x, z: { request: GET a /x, after: [y] } }")
    bench.caller.script("/x", [.init(response: response(), after: .milliseconds(20))])
    let calls = try bench.compose().answer.calls
    #expect(bench.caller.sent.count == 1)
    #expect(calls.map(\.attemptCount) == [1, 0, 0] && calls.map(\.status) == [200, 200, 200])
  }

  @Test func anEachHasOneTraceWithTheFirstAttempts() throws {
    let bench = try Bench(#"calls: { x: { each: "${body}", request: "GET a /x/${item}" } }"#, method: "POST")
    for item in 1...20 {
      bench.caller.script("/x/\(item)", [.init(response: response(attempts: 2, at: item), after: .milliseconds(item))])
    }
    let calls = try bench.compose(inputs: #"{"body": \#(Array(1...20))}"#).answer.calls
    #expect(calls.count == 1 && calls[0].attemptCount == 40)
    #expect(calls[0].attempts.count == CallTrace.mostAttempts)
    #expect(calls[0].attempts.map(\.began) == (1...8).flatMap { [attempt(at: $0).began, attempt(at: $0).began] })
  }

  /// An attempt that was cut off with its call is told of as the call ended.
  @Test func whatIsCutOffIsToldWithItsAttempts() throws {
    let bench = try Bench("softTimeout: 50ms\ncalls: { x: GET a /x, y: { request: GET b /y, fallback: 0 } }")
    bench.caller.answer("/x", after: 10)
    bench.caller.answer("/y", after: 1000)
    let calls = try bench.compose().answer.calls
    #expect(calls.map(\.outcome) == ["ok", "timeout"] && milliseconds(calls[1]) == [0, 50])
    let attempt = try #require(calls[1].attempts.first)
    #expect(attempt.outcome == "timeout" && ScriptedCaller.start.milliseconds(to: attempt.ended) == 50)
  }

  @Test func whatIsUndoneIsToldAsFarAsItIsKnown() throws {
    let undone = try WriteTests.checkout { $0.answer("/order", "", status: 409) }.run()
    #expect(undone.answer.answer.calls.map(\.compensated) == [nil, "done", "done", nil])
    let pending = try WriteTests.checkout {
      $0.answer("/order", "", status: 409)
      $0.answer("/refund/2", after: 100_000)
    }.run()
    #expect(pending.answer.answer.calls.map(\.compensated) == [nil, "pending", "pending", nil])
    #expect(pending.end.calls.map(\.compensated) == [nil, "done", "failed", nil])
  }

  /// A required write that is under way at the route's time.
  @Test func aWriteThatHasNotEndedIsToldAsFarAsItWent() throws {
    let course = try WriteTests.checkout { $0.answer("/order", after: 2000) }.run()
    let order = try #require(course.answer.answer.calls.last)
    #expect(order.outcome == "timeout" && milliseconds(order)[1] == 1000)
    #expect(order.attempts.map(\.outcome) == ["timeout"])
  }

  @Test func aStrictAnswerHasThemToo() throws {
    let bench = try Bench("calls: { x: { request: GET a /x, fallback: 0 } }")
    bench.caller.answer("/x", status: 500)
    let composite = try bench.compose()
    #expect(bench.composer.strictAnswer(of: composite).calls.map(\.outcome) == ["status"])
  }
}
