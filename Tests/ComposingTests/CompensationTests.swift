import Messages
import TestSockets
import Testing

@testable import Composing

/// How a write is undone: attempts, budgets, items.
@Suite(.ownThreads) struct CompensationTests {
  @Test func aCompensationIsTriedAgain() throws {
    let bench = try WriteTests.checkout {
      $0.answer("/order", "", status: 409)
      $0.answer("/refund/2", "", status: 500)
    }
    let course = try bench.run()
    #expect(bench.caller.targets.filter { $0 == "POST /refund/2" }.count == 3)
    #expect(bench.caller.targets.last == "DELETE /stock/1")
    #expect(course.answeredAt == 330)
    #expect(course.answer.text.contains(#""compensated":{"stock":"done","payment":"failed"}"#))
    let failed = try #require(course.end.failedCompensations.first)
    #expect(failed.call == "payment" && failed.detail == "status 500" && failed.request?.target == "/refund/2")
  }

  /// A queue that is full, or an open breaker, is no attempt: the backend was not asked.
  @Test(arguments: [CallFailure.queue, .circuitOpen(retryAfter: 1)])
  func whatTheGatewayKeepsBackIsNoAttempt(_ failure: CallFailure) throws {
    let bench = try WriteTests.checkout {
      $0.answer("/order", "", status: 409)
      let isBusy = ScriptedCaller.Script(response: CallResponse(.failure(failure), wasSent: false))
      let isDone = ScriptedCaller.Script(response: CallResponse(.response(status: 204, headers: [], body: [])))
      $0.script("/refund/2", [isBusy, isBusy, isBusy, isBusy, isDone])
    }
    let course = try bench.run()
    #expect(bench.caller.targets.filter { $0 == "POST /refund/2" }.count == 5)
    #expect(course.end.failedCompensations.isEmpty && course.end.compensations.count == 2)
  }

  /// Until its budget is spent.
  @Test func whatIsKeptBackForEverFails() throws {
    let bench = try WriteTests.checkout {
      $0.answer("/order", "", status: 409)
      $0.fail("/refund/2", .queue, wasSent: false)
    }
    let course = try bench.run()
    #expect(course.end.failedCompensations.map(\.call) == ["payment"])
    // At 0, 0.1, 0.3, 0.7, 1.5, 3.1 and 6.3 s.
    #expect(bench.caller.targets.filter { $0 == "POST /refund/2" }.count == 7)
  }

  @Test(arguments: [200, 204, 404, 410]) func whatIsGoneIsUndone(_ status: Int) throws {
    let bench = try WriteTests.checkout {
      $0.answer("/order", "", status: 409)
      $0.answer("/refund/2", "", status: status)
    }
    #expect(try bench.run().answer.text.contains(#""payment":"done""#))
    #expect(bench.caller.targets.filter { $0 == "POST /refund/2" }.count == 1)
  }

  /// Its budget is for all attempts; the answer does not wait for it beyond the route's time.
  @Test func aCompensationThatHangsHasABudget() throws {
    let bench = try WriteTests.checkout {
      $0.answer("/order", "", status: 409)
      $0.answer("/refund/2", after: 100_000)
    }
    let course = try bench.run()
    #expect(course.answeredAt == 1000 && course.detachedAt == 1000)
    #expect(course.answer.text.contains(#""compensated":{"stock":"pending","payment":"pending"}"#))
    #expect(course.end.outcome?.contains("stock;outcome=ok;compensated=done") == true)
    #expect(course.end.outcome?.contains("payment;outcome=ok;compensated=failed") == true)
    #expect(bench.caller.targets.last == "DELETE /stock/1")
  }

  @Test func attemptsAreTheFiles() throws {
    let bench = try Bench(
      """
      calls:
        a: { request: POST a /a, compensate: { request: DELETE a /a/1, timeout: 1s, retry: { attempts: 5, backoff: 200ms } } }
        b: { request: POST a /b, required: true, after: [a] }
      """, method: "POST")
    bench.caller.answer("/a")
    bench.caller.answer("/b", "", status: 400)
    bench.caller.answer("/a/1", "", status: 503)
    let course = try bench.run()
    // At 0, 200 and 600 ms; the next would be at 1400.
    #expect(bench.caller.targets.filter { $0 == "DELETE /a/1" }.count == 3 && course.answeredAt == 600)
  }

  // MARK: Each

  @Test func anEachIsUndoneItemByItem() throws {
    let bench = try Bench(
      """
      calls:
        hold:
          each: [1, 2, 3, 4]
          request: "POST a /hold/${item}"
          required: true
          concurrency: 2
          compensate: "DELETE a /hold/${item}/${hold.id}/${calls.hold.status}"
      """, method: "POST")
    bench.caller.answer("/hold/1", #"{"id":"a"}"#, status: 201, after: 10)
    bench.caller.answer("/hold/2", "", status: 409, after: 20)
    bench.caller.answer("/hold/3", #"{"id":"c"}"#, after: 100)
    bench.caller.answer("/hold/4", #"{"id":"d"}"#)
    for target in ["/hold/1/a/201", "/hold/3/c/200"] { bench.caller.answer(target, after: 10) }
    let course = try bench.run()
    #expect(
      bench.caller.targets
        == ["POST /hold/1", "POST /hold/2", "POST /hold/3", "DELETE /hold/3/c/200", "DELETE /hold/1/a/201"])
    // Both at once, as many as `concurrency` says.
    #expect(course.answeredAt == 120)
    #expect(course.answer.header("weft-outcome") == "hold;outcome=items;failed=2;of=4;compensated=done;dur=110")
  }
}
