import Testing

@testable import Upstream

struct RetryAfterTests {
  /// Sun, 06 Nov 1994 08:49:37 GMT.
  private static let now = 784_111_777

  @Test(arguments: [
    ("0", Duration.zero), ("1", .seconds(1)), ("007", .seconds(7)),
    ("Sun, 06 Nov 1994 08:49:47 GMT", .seconds(10)), ("Sunday, 06-Nov-94 08:50:37 GMT", .seconds(60)),
    ("Sun, 06 Nov 1994 08:49:36 GMT", .zero), ("99999999999999999999", .seconds(RetryAfter.longest)),
    ("Fri, 31 Dec 9999 23:59:59 GMT", .seconds(RetryAfter.longest)),
  ])
  func secondsOrADate(text: String, wait: Duration) {
    #expect(RetryAfter.wait(text, at: Self.now) == wait)
  }

  @Test(arguments: ["", "-1", "1.5", "1, 2", "soon", "+1", "1s"])
  func whatSaysNothing(text: String) {
    #expect(RetryAfter.wait(text, at: Self.now) == nil)
  }

  @Test(arguments: [(429, true), (503, true), (200, false), (301, false), (502, false)])
  func onlyOfThoseThatAskForTime(status: Int, isHeard: Bool) {
    let end = AttemptEnd(status: status) { $0 == "retry-after" ? "5" : nil }
    #expect(end.retryAfter == (isHeard ? .seconds(5) : nil))
    #expect(end.outcome == .status(status))
  }
}
