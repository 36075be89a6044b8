import NIOCore
import NIOEmbedded
import Plans
import Testing

@testable import Idempotency

/// Claims of one process, on a loop whose clock the test sets.
@Suite struct ClaimsTests {
  private let loop = EmbeddedEventLoop()
  private let figures = IdempotencyFigures()
  private let claims: Claims

  init() {
    claims = Claims(loop: loop, local: LocalKeys(capacity: 1 << 20), figures: figures, logger: quietLogger)
  }

  /// What a request was told. *Confined to* the test's thread.
  private final class Told {
    var results: [ClaimResult] = []
    var isAwaited = true

    var words: [String] {
      results.map { result in
        switch result {
        case .begun: "begun"
        case .kept(let answer): "kept " + String(buffer: answer.body)
        case .running: "running"
        case .other: "other"
        case .full: "full"
        case .unavailable: "unavailable"
        }
      }
    }

    var claim: Claim? {
      for case .begun(let claim) in results { return claim }
      return nil
    }

    /// Lets go of what was begun.
    func forget() { results = [] }
  }

  private func ask(_ key: String, _ content: String = "POST /a", wait: Duration? = nil) -> Told {
    var plan = IdempotencyPlan()
    plan.wait = wait
    let told = Told()
    let result = claims.claim(request(key, content), plan, isAwaited: { told.isAwaited }) { told.results.append($0) }
    if let result { told.results.append(result) }
    return told
  }

  @Test func theFirstRunsOthersAreToldSo() {
    let first = ask("k")
    #expect(first.words == ["begun"] && ask("k").words == ["running"] && ask("k", "POST /b").words == ["other"])
    first.claim?.keep(answer("done"))
    #expect(ask("k").words == ["kept done"] && ask("k", "POST /b").words == ["other"])
    #expect(figures[.replayed] == 1 && figures[.conflicts] == 2 && figures[.turnedAway] == 1)
    loop.advanceTime(by: .hours(24))
    #expect(ask("k").words == ["begun"])
  }

  /// While the work goes on, its lease never ends; once nobody speaks of it any more, it does.
  @Test func aLeaseLastsAsLongAsItsWork() {
    let first = ask("k")
    loop.advanceTime(by: .hours(3))
    #expect(ask("k").words == ["running"])
    first.forget()
    loop.advanceTime(by: .seconds(19))
    #expect(ask("k").words == ["running"])
    loop.advanceTime(by: .seconds(11))
    #expect(ask("k").words == ["begun"])
  }

  @Test func whatIsInDoubtRunsUntilItsLeaseEnds() {
    let first = ask("k")
    loop.advanceTime(by: .seconds(25))
    first.claim?.leaveInDoubt()
    loop.advanceTime(by: .seconds(24))
    #expect(ask("k").words == ["running"])
    loop.advanceTime(by: .seconds(1))
    let second = ask("k")
    #expect(second.words == ["begun"])
    // What is known of the first too late is nothing.
    first.claim?.keep(answer("first"))
    #expect(ask("k").words == ["running"])
    second.claim?.keep(answer("second"))
    #expect(ask("k").words == ["kept second"])
  }

  /// In doubt, and then known after all.
  @Test func doubtEndsWithAWord() {
    let (kept, released) = (ask("k"), ask("l"))
    for told in [kept, released] { told.claim?.leaveInDoubt() }
    kept.claim?.keep(answer("done"))
    released.claim?.release()
    #expect(ask("k").words == ["kept done"] && ask("l").words == ["begun"])
  }

  /// Only the first word counts.
  @Test func aClaimIsOverOnce() {
    let first = ask("k")
    first.claim?.release()
    let second = ask("k")
    #expect(second.words == ["begun"])
    first.claim?.keep(answer("first"))
    first.claim?.release()
    #expect(ask("k").words == ["running"])
  }

  @Test func whoWaitsGetsTheAnswer() {
    let first = ask("k")
    let waiting = ask("k", wait: .seconds(5))
    loop.advanceTime(by: .milliseconds(4000))
    #expect(waiting.words == [])
    first.claim?.keep(answer("done"))
    loop.advanceTime(by: .milliseconds(250))
    #expect(waiting.words == ["kept done"])
  }

  @Test func whoWaitsRunsWhereTheFirstCameToNothing() {
    let first = ask("k")
    let waiting = (0..<3).map { _ in ask("k", wait: .seconds(5)) }
    first.claim?.release()
    loop.advanceTime(by: .milliseconds(250))
    #expect(waiting.map(\.words) == [["begun"], [], []])
    waiting[0].claim?.keep(answer("done"))
    loop.advanceTime(by: .milliseconds(250))
    #expect(waiting.map(\.words) == [["begun"], ["kept done"], ["kept done"]])
  }

  @Test func waitingEnds() {
    let first = ask("k")
    let waiting = ask("k", wait: .seconds(5))
    loop.advanceTime(by: .milliseconds(4999))
    #expect(waiting.words == [])
    loop.advanceTime(by: .milliseconds(1))
    #expect(waiting.words == ["running"])
    loop.advanceTime(by: .seconds(60))
    #expect(waiting.words == ["running"] && first.words == ["begun"])
  }

  /// Who has left takes nothing from who waits.
  @Test func whoHasLeftClaimsNothing() {
    let first = ask("k")
    let waiting = (0..<2).map { _ in ask("k", wait: .seconds(5)) }
    waiting[0].isAwaited = false
    first.claim?.release()
    loop.advanceTime(by: .milliseconds(250))
    #expect(waiting.map(\.words) == [[], ["begun"]])
  }

  @Test func soManyWaitAndNoMore() {
    let first = ask("k")
    let waiting = (0..<Claims.mostWaiting).map { _ in ask("k", wait: .seconds(5)) }
    #expect(waiting.allSatisfy { $0.words == [] } && ask("k", wait: .seconds(5)).words == ["running"])
    waiting[0].isAwaited = false
    loop.advanceTime(by: .milliseconds(250))
    #expect(ask("k", wait: .seconds(5)).words == [])
    first.claim?.keep(answer("done"))
    loop.advanceTime(by: .milliseconds(500))
    #expect(waiting.dropFirst().allSatisfy { $0.words == ["kept done"] })
    // All places are free again.
    let second = ask("l")
    #expect(second.words == ["begun"])
    #expect((0..<Claims.mostWaiting).allSatisfy { _ in ask("l", wait: .seconds(5)).words == [] })
    #expect(ask("l", wait: .seconds(5)).words == ["running"])
  }
}
