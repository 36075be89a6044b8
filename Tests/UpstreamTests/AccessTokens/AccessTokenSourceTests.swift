import Locking
import Plans
import Testing
import Timing

@testable import Upstream

/// *Guarded by its lock.* The numbers of the tokens that those who waited heard of; `nil`: there was none.
private final class Heard: Sendable {
  private let numbers = Locked<[Int?]>([])

  var all: [Int?] { numbers.withLock { $0 } }

  func note(_ outcome: AccessTokenWaiter.Outcome) {
    let number: Int? = if case .token(let token) = outcome { token.number } else { nil }
    numbers.withLock { $0.append(number) }
  }
}

@Suite struct AccessTokenSourceTests {
  private let tokens = ScriptedTokens()

  private func pool() -> BackendPool { BackendPool(loops: [], tokens: tokens) { _ in } }

  private func plan(_ name: String = "test", configure: (inout BackendPlan) -> Void = { _ in }) -> BackendPlan {
    var plan = BackendPlan.test("http://a") { $0.oauth2 = .test }
    plan.name = name
    configure(&plan)
    return plan
  }

  @Test func allThatHaveTheSameShareOneAndItEndsWithThem() {
    let pool = pool()
    var old: Backends? = Backends([plan(), plan("other") { $0.timeout = .seconds(1) }], from: pool)
    #expect(old?.all[0].tokens === old?.all[1].tokens)
    #expect(tokens.fetches == 1 && tokens.timers == 0)
    tokens.end("one")
    #expect(old?.all[0].tokens?.token()?.field.value == "Bearer one" && tokens.timers == 1)
    // A reload.
    var new: Backends? = Backends([plan { $0.timeout = .seconds(2) }], from: pool)
    old = nil
    #expect(new?.all[0].tokens?.token()?.number == 1 && tokens.fetches == 1)
    let other = Backends([plan { $0.oauth2?.scopes = ["a"] }], from: pool)
    #expect(other.all[0].tokens?.token() == nil && tokens.fetches == 2)
    new = nil
    #expect(tokens.timers == 0)
    withExtendedLifetime(other) { tokens.end("two") }
  }

  @Test func oneThatEndsIsNotHeardOfAnyMore() {
    let pool = pool()
    var backends: Backends? = Backends([plan()], from: pool)
    #expect(backends?.all.count == 1)
    backends = nil
    tokens.end("late")
    #expect(tokens.fetches == 1 && tokens.timers == 0)
  }

  @Test func itIsRenewedBehindTheRequests() throws {
    let pool = pool()
    let backends = Backends([plan()], from: pool)
    let source = try #require(backends.all[0].tokens)
    tokens.end("one", lifetime: .seconds(100))
    tokens.advance(by: .seconds(79))
    #expect(tokens.fetches == 1)
    tokens.advance(by: .seconds(1))
    #expect(tokens.fetches == 2 && source.token()?.number == 1)
    tokens.end("two", lifetime: .seconds(100))
    #expect(source.token()?.field.value == "Bearer two")
    tokens.advance(by: .seconds(80))
    tokens.end(nil)
    #expect(tokens.fetches == 3 && source.token()?.number == 2)
    tokens.advance(by: .seconds(1))
    #expect(tokens.fetches == 4)
    tokens.advance(by: .seconds(19))
    #expect(source.token() == nil)
  }

  @Test func whoWaitsHearsOfOneFetchAndABoundedNumberMay() async throws {
    let (tokens, pool) = (tokens, pool())
    let backends = Backends([plan()], from: pool)
    try await TestLoop.run(sharing: backends) { test in
      let source = try #require(backends.all[0].tokens)
      let heard = Heard()
      func wait(after refused: IssuedToken? = nil) -> AccessTokenWaiter {
        let waiter = AccessTokenWaiter(source, on: test.reactor)
        waiter.wait(until: .now().advanced(by: .seconds(600)), after: refused) { heard.note($0) }
        return waiter
      }
      let waiters = (0..<AccessTokenSource.mostWaiting).map { _ in wait() }
      #expect(source.waiting == AccessTokenSource.mostWaiting && heard.all.isEmpty)
      _ = wait()
      #expect(heard.all == [nil])
      waiters[0].cancel()
      #expect(heard.all == [nil, nil] && source.waiting == AccessTokenSource.mostWaiting - 1)
      tokens.end("one")
      await test.until { heard.all.count == AccessTokenSource.mostWaiting + 1 }
      #expect(heard.all.dropFirst(2).allSatisfy { $0 == 1 } && tokens.fetches == 1 && source.waiting == 0)
      // One comes when there is one, and one is refused and waits for the next.
      _ = wait()
      #expect(heard.all.last == .some(1))
      let first = try #require(source.token())
      #expect(source.refuse(first) && tokens.fetches == 2)
      #expect(source.refuse(first) && tokens.fetches == 2)
      let count = heard.all.count
      _ = wait(after: first)
      tokens.end(nil)
      await test.until { heard.all.count > count }
      #expect(heard.all.last == .some(nil) && source.token()?.number == 1)
      // The pause behind a failure: nobody waits, and nobody asks.
      _ = wait(after: first)
      #expect(heard.all.count == count + 2 && tokens.fetches == 2)
      #expect(!source.refuse(first) && tokens.fetches == 2)
    }
  }

  @Test func whoWaitsTooLongHearsOfThat() async throws {
    let pool = pool()
    let backends = Backends([plan()], from: pool)
    try await TestLoop.run(sharing: backends) { test in
      let source = try #require(backends.all[0].tokens)
      #expect(await source.token(until: .now(), on: test.reactor) == nil)
      #expect(source.waiting == 0)
    }
  }
}
