import Testing
import Timing

@testable import Reactor

@Suite struct TimerTests {
  @Test func firesInOrderAndNeverEarly() async {
    await withReactor { reactor in
      let fired = Collector<(Int, Instant, Instant)>()
      let start = Instant.now()
      await withCheckedContinuation { continuation in
        reactor.execute {
          for number in [3, 1, 4, 0, 2] {
            let time = start.advanced(by: .milliseconds(number))
            _ = reactor.schedule(at: time) {
              fired.append((number, time, .now()))
              if number == 4 { continuation.resume() }
            }
          }
        }
      }
      #expect(fired.all.map(\.0) == [0, 1, 2, 3, 4])
      for (_, due, actual) in fired.all { #expect(actual >= due) }
    }
  }

  @Test func aCancelledTimerIsGone() async {
    await withReactor { reactor in
      let fired = Collector<Int>()
      await withCheckedContinuation { continuation in
        reactor.execute {
          let time = Instant.now().advanced(by: .milliseconds(2))
          let token = reactor.schedule(at: time) { fired.append(1) }
          _ = reactor.schedule(at: time.advanced(by: .milliseconds(2))) { continuation.resume() }
          reactor.cancel(token)
          reactor.cancel(token)
        }
      }
      #expect(fired.all.isEmpty)
    }
  }

  @Test(arguments: [true, false])
  func sleeps(onReactor: Bool) async throws {
    try await withReactor { reactor in
      let time = Instant.now().advanced(by: .milliseconds(2))
      try await Task(executorPreference: onReactor ? reactor : nil) {
        try await reactor.sleep(until: time)
        #expect(Instant.now() >= time)
        #expect(reactor.isCurrent == onReactor)
        // Past already.
        try await reactor.sleep(until: time)
      }.value
    }
  }

  @Test(arguments: [true, false])
  func aCancelledSleeperWakesAtOnce(before: Bool) async {
    await withReactor { reactor in
      let task = Task(executorPreference: reactor) {
        if before { withUnsafeCurrentTask { $0?.cancel() } }
        do {
          try await reactor.sleep(until: .distantFuture)
          return "woke"
        } catch {
          return "cancelled"
        }
      }
      await reactor.call {}
      task.cancel()
      #expect(await task.value == "cancelled")
      await reactor.call {}
      #expect(await reactor.call { reactor.timers.count } == 0)
    }
  }
}
