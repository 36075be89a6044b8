import Messages
import TestSockets
import Testing

@testable import Composing

/// Writes wait for what is required, run to their ends, and are undone where the composite fails.
@Suite(.ownThreads) struct WriteTests {
  /// A client to ask, a stock to reserve, a payment to take, an order to place: each undone where one after it fails.
  static let checkout = """
    timeout: 1s
    calls:
      me: { request: GET a /me, required: true }
      stock: { request: POST a /stock, required: true, compensate: "DELETE a /stock/${stock.id}" }
      payment:
        request: POST a /payment
        required: true
        after: [stock]
        compensate: { request: "POST a /refund/${payment.id}", body: { was: "${calls.payment.status}" } }
      order: { request: POST a /order, required: true, after: [payment] }
    """

  static func checkout(_ change: (ScriptedCaller) -> Void = { _ in }) throws -> Bench {
    let bench = try Bench(checkout, method: "POST")
    bench.caller.answer("/me", "{}", after: 10)
    bench.caller.answer("/stock", #"{"id":1}"#, status: 201, after: 10)
    bench.caller.answer("/payment", #"{"id":2}"#, status: 201, after: 10)
    bench.caller.answer("/order", #"{"id":3}"#, status: 201, after: 10)
    bench.caller.answer("/stock/1", "", status: 204)
    bench.caller.answer("/refund/2")
    change(bench.caller)
    return bench
  }

  @Test func noWriteIsSentForAClientThatIsRefused() throws {
    let bench = try Self.checkout { $0.answer("/me", "{}", status: 401, after: 50) }
    let course = try bench.run()
    #expect(bench.caller.targets == ["GET /me"])
    #expect(course.answer.answer.status == 401)
    #expect(course.answer.header("weft-outcome")?.hasPrefix("me;outcome=status;status=401") == true)
  }

  @Test func whatWasDoneIsUndoneLastFirst() throws {
    let bench = try Self.checkout { $0.answer("/order", "", status: 409) }
    let course = try bench.run()
    #expect(
      bench.caller.targets
        == ["GET /me", "POST /stock", "POST /payment", "POST /order", "POST /refund/2", "DELETE /stock/1"])
    #expect(String(decoding: bench.caller.sent[4].body ?? [], as: UTF8.self) == #"{"was":201}"#)
    #expect(course.answer.answer.status == 409)
    #expect(course.answer.text.contains(#""compensated":{"stock":"done","payment":"done"}"#))
    #expect(
      course.answer.header("weft-outcome") == "stock;outcome=ok;compensated=done;dur=10, "
        + "payment;outcome=ok;compensated=done;dur=10, order;outcome=status;status=409;dur=0")
    #expect(course.end.compensations.map(\.isDone) == [true, true] && course.end.inDoubt == [])
    #expect(course.detachedAt == nil)
  }

  /// Statuses that leave doubt, and those that are a no.
  @Test(arguments: [
    (400, false), (402, false), (409, false), (499, false), (501, false), (503, false), (505, false), (302, true),
    (500, true), (502, true), (504, true),
  ])
  func doubtIsUndone(_ status: Int, _ isDoubt: Bool) throws {
    let bench = try Bench(
      """
      calls: { pay: { request: POST a /pay, required: true, compensate: "DELETE a /pay/7" } }
      """, method: "POST")
    bench.caller.answer("/pay", "", status: status)
    bench.caller.answer("/pay/7")
    let course = try bench.run()
    #expect(bench.caller.targets == ["POST /pay"] + (isDoubt ? ["DELETE /pay/7"] : []))
    #expect(course.answer.header("weft-outcome")?.contains("compensated=done") == isDoubt)
  }

  @Test(arguments: [
    (CallFailure.timeout, true, true), (.connect("reset"), true, true), (.connect("refused"), false, false),
    (.timeout, false, false), (.queue, false, false), (.circuitOpen(retryAfter: 1), false, false),
    (.invalid("half a head"), true, true),
  ])
  func aFailureIsDoubtWhereAByteMayHaveArrived(_ failure: CallFailure, _ wasSent: Bool, _ isDoubt: Bool) throws {
    let bench = try Bench(
      """
      calls: { pay: { request: POST a /pay, required: true, compensate: "DELETE a /pay/7" } }
      """, method: "POST")
    bench.caller.fail("/pay", failure, wasSent: wasSent)
    bench.caller.answer("/pay/7")
    _ = try bench.run()
    #expect(bench.caller.targets == ["POST /pay"] + (isDoubt ? ["DELETE /pay/7"] : []))
  }

  @Test(arguments: [("failure", 409, ["DELETE /a/1"]), ("doubt", 409, []), ("doubt", 500, ["DELETE /b/1"])])
  func itMayBeNarrowed(_ causes: String, _ status: Int, _ undone: [String]) throws {
    let bench = try Bench(
      """
      calls:
        a: { request: POST a /a, required: true, compensate: "DELETE a /a/1", compensateOn: [\(causes)] }
        b: { request: POST a /b, required: true, after: [a], compensate: "DELETE a /b/1", compensateOn: [\(causes)] }
      """, method: "POST")
    bench.caller.answer("/a")
    bench.caller.answer("/b", "", status: status)
    for target in ["/a/1", "/b/1"] { bench.caller.answer(target) }
    _ = try bench.run()
    #expect(bench.caller.targets == ["POST /a", "POST /b"] + undone)
  }

  @Test func aClientThatLeavesBeforeTheFirstWriteEndsIt() throws {
    let bench = try Self.checkout()
    let course = try bench.run(leavingAt: .milliseconds(5))
    #expect(bench.caller.targets == ["GET /me"] && bench.caller.cancelled == ["/me"])
    #expect(course.detachedAt == nil)
  }

  @Test func aClientThatLeavesAfterItEndsNothing() throws {
    let bench = try Self.checkout()
    let course = try bench.run(leavingAt: .milliseconds(15))
    #expect(bench.caller.targets == ["GET /me", "POST /stock", "POST /payment", "POST /order"])
    #expect(bench.caller.cancelled == [])
    #expect(course.detachedAt == 15 && course.end.compensations.isEmpty)
    // Of what nobody was told, all calls are told.
    #expect(course.end.outcome?.matches(of: #/(\w+);outcome=ok/#).map(\.1) == ["me", "stock", "payment", "order"])
  }

  @Test func whatNobodyNeedsAnyMoreEndsAsTheClientLeaves() throws {
    let bench = try Bench(
      """
      calls:
        pay: POST a /pay
        ad: GET a /ad
        next: { request: "POST a /next/${town.id}", after: [pay] }
        town: GET a /town
      """, method: "POST")
    bench.caller.answer("/pay", after: 50)
    bench.caller.answer("/ad", after: 100)
    bench.caller.answer("/town", #"{"id":1}"#, after: 100)
    bench.caller.answer("/next/1", after: 10)
    let course = try bench.run(leavingAt: .milliseconds(20))
    #expect(bench.caller.targets == ["POST /pay", "GET /ad", "GET /town", "POST /next/1"])
    #expect(bench.caller.cancelled == ["/ad"])
    #expect(
      course.end.outcome
        == "pay;outcome=ok;dur=50, ad;outcome=cancelled;dur=20, next;outcome=ok;dur=10, town;outcome=ok;dur=100")
  }

  @Test func onDisconnectMayUndo() throws {
    let bench = try Bench("onDisconnect: cancel\n" + Self.checkout, method: "POST")
    bench.caller.answer("/me")
    bench.caller.answer("/stock", #"{"id":1}"#, after: 20)
    bench.caller.answer("/stock/1")
    let course = try bench.run(leavingAt: .milliseconds(10))
    #expect(bench.caller.targets == ["GET /me", "POST /stock", "DELETE /stock/1"])
    #expect(bench.caller.cancelled == [])
    #expect(course.end.outcome?.contains("stock;outcome=ok;compensated=done") == true)
  }

  @Test func theTimeoutAnswersAndTheWriteIsUndoneBehindIt() throws {
    let bench = try Self.checkout { $0.answer("/payment", #"{"id":2}"#, after: 3000) }
    let course = try bench.run()
    #expect(course.answeredAt == 1000 && course.detachedAt == 1000)
    #expect(course.answer.answer.status == 504)
    #expect(course.answer.text.contains(#""call":"payment""#))
    #expect(course.answer.text.contains(#""compensated":{"stock":"pending","payment":"pending"}"#))
    #expect(
      bench.caller.targets == ["GET /me", "POST /stock", "POST /payment", "POST /refund/2", "DELETE /stock/1"])
    #expect(
      course.end.outcome == "me;outcome=ok;dur=10, stock;outcome=ok;compensated=done;dur=10, "
        + "payment;outcome=ok;compensated=done;dur=3000, order;outcome=cancelled")
  }

  /// 30 s where it says none, then it is in doubt.
  @Test func aWriteHasATimeOfItsOwn() throws {
    let bench = try Self.checkout { $0.answer("/payment", after: 40_000) }
    let course = try bench.run()
    #expect(course.answeredAt == 1000)
    // Without a value the refund can't be formed.
    #expect(bench.caller.targets == ["GET /me", "POST /stock", "POST /payment", "DELETE /stock/1"])
    #expect(course.end.outcome?.contains("payment;outcome=timeout;compensated=failed;dur=30000") == true)
    #expect(course.end.inDoubt == ["payment"] && course.end.failedCompensations.map(\.call) == ["payment"])
  }

  /// An item that was taken back says nothing of why its neighbour failed.
  @Test func theItemThatWasSentDecidesTheStatus() throws {
    let bench = try Bench(
      """
      calls: { p: { each: [1, 2], concurrency: 2, request: "POST a /p/${item}", required: true } }
      """, method: "POST")
    let reply = CallResponse(.response(status: 200, headers: [], body: Array("{}".utf8)))
    bench.caller.script("/p/1", [.init(response: reply, after: .milliseconds(500), sentAfter: .milliseconds(400))])
    bench.caller.answer("/p/2", "", status: 409, after: 10)
    let course = try bench.run()
    #expect(course.answer.answer.status == 409 && course.answeredAt == 10)
    #expect(bench.caller.cancelled == ["/p/1"])
  }

  @Test func anOptionalWriteUnderWayIsNoFailure() throws {
    let bench = try Bench(
      """
      timeout: 100ms
      calls: { note: { request: POST a /note, compensate: DELETE a /note }, more: { request: POST a /more, after: [note] } }
      """, method: "POST")
    bench.caller.answer("/note", after: 200)
    bench.caller.answer("/more")
    let course = try bench.run()
    #expect(course.answer.answer.status == 200 && course.answer.isPartial && course.answeredAt == 100)
    #expect(course.answer.header("weft-outcome") == "note;outcome=timeout;dur=100, more;outcome=timeout")
    #expect(bench.caller.targets == ["POST /note"] && course.end.compensations.isEmpty)
    #expect(course.end.outcome == "note;outcome=ok;dur=200, more;outcome=timeout")
  }

  @Test func theSoftTimeoutAnswersWhileWritesGoOn() throws {
    let bench = try Bench(
      """
      softTimeout: 50ms
      timeout: 500ms
      calls:
        me: { request: GET a /me, required: true }
        note: POST a /note
        more: { request: POST a /more, after: [note] }
        ad: GET a /ad
      """, method: "POST")
    bench.caller.answer("/me")
    bench.caller.answer("/note", after: 100)
    bench.caller.answer("/more", after: 100)
    bench.caller.answer("/ad", after: 400)
    let course = try bench.run()
    #expect(course.answeredAt == 50 && course.answer.answer.status == 200)
    #expect(
      course.answer.header("weft-outcome")
        == "note;outcome=timeout;dur=50, more;outcome=timeout, ad;outcome=timeout;dur=50")
    #expect(bench.caller.targets.last == "POST /more" && bench.caller.cancelled == ["/ad"])
    #expect(
      course.end.outcome
        == "me;outcome=ok;dur=0, note;outcome=ok;dur=100, more;outcome=ok;dur=100, ad;outcome=timeout;dur=50")
    #expect(course.detachedAt == 50)
  }

  /// Nothing more is begun then, though it was the soft timeout that asked for an answer.
  @Test func anAnswerThatIsTooLargeIsAFailure() throws {
    let bench = try Bench(
      """
      softTimeout: 50ms
      maxAnswer: 1KiB
      calls:
        big: { request: GET a /big, required: true }
        pay: { each: [1, 2], concurrency: 1, request: "POST a /pay/${item}", compensate: "DELETE a /undo/${item}" }
        more: { request: POST a /more, after: [pay] }
      """, method: "POST")
    bench.caller.answer("/big", "\"" + String(repeating: "x", count: 2000) + "\"")
    bench.caller.answer("/pay/1", after: 100)
    bench.caller.answer("/undo/1")
    let course = try bench.run()
    #expect(bench.caller.targets == ["GET /big", "POST /pay/1", "DELETE /undo/1"])
    #expect(course.answer.answer.status == 500 && course.answeredAt == 100)
    #expect(course.answer.text.contains(#""compensated":{"pay":"done"}"#))
  }

  @Test func aStrictClientThatGetsNotAllHasItUndone() throws {
    let bench = try Bench(
      """
      calls:
        pay: { request: POST a /pay, compensate: DELETE a /pay/1 }
        ad: { request: GET a /ad, after: [pay] }
      """, method: "POST")
    bench.caller.answer("/pay")
    bench.caller.answer("/pay/1")
    bench.caller.answer("/ad", "", status: 500)
    #expect(try bench.run(handling: .lenient).answer.answer.status == 200)
    #expect(bench.caller.targets == ["POST /pay", "GET /ad"])
    let course = try bench.run(handling: .strict)
    #expect(course.answer.answer.status == 502 && course.answer.isPartial)
    #expect(bench.caller.targets.last == "DELETE /pay/1")
    #expect(course.answer.header("weft-outcome")?.hasPrefix("pay;outcome=ok;compensated=done") == true)
  }

  /// What is under way as the composite fails ends first, and is undone first.
  @Test func aWriteUnderWayEndsBeforeAnythingIsUndone() throws {
    let bench = try Bench(
      """
      onDisconnect: cancel
      calls:
        a: { request: POST a /a, compensate: DELETE a /a/1 }
        b: { request: POST a /b, after: [a], compensate: DELETE a /b/1 }
        c: { request: POST a /c, after: [b], compensate: DELETE a /c/1 }
      """, method: "POST")
    bench.caller.answer("/a")
    bench.caller.answer("/b", after: 80)
    for target in ["/a/1", "/b/1"] { bench.caller.answer(target) }
    let course = try bench.run(leavingAt: .milliseconds(40))
    #expect(bench.caller.targets == ["POST /a", "POST /b", "DELETE /b/1", "DELETE /a/1"])
    #expect(course.answeredAt == 80 && course.detachedAt == 40)
    #expect(
      course.end.outcome
        == "a;outcome=ok;compensated=done;dur=0, b;outcome=ok;compensated=done;dur=80, c;outcome=cancelled")
  }
}
