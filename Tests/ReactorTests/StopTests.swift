import Testing
import Timing

@testable import Reactor

@Suite struct StopTests {
  @Test func runsWhatIsQueuedFirst() {
    let reactor = Reactor(name: "test")
    let seen = Collector<Int>()
    reactor.start()
    for number in 0..<1000 { reactor.execute { seen.append(number) } }
    reactor.stop()
    reactor.stop()
    #expect(seen.all.count == 1000)
  }

  @Test func neverStarted() {
    let reactor = Reactor(name: "test")
    reactor.stop()
    let seen = Collector<Int>()
    reactor.execute { seen.append(1) }
    #expect(seen.all == [1])
  }

  /// A straggler's jobs run where they come from, one at a time, and the task ends.
  @Test func lateJobsRunOneAtATime() async {
    let reactor = Reactor(name: "test")
    reactor.start()
    reactor.stop()
    final class Inside: @unchecked Sendable { var count = 0 }  // guarded by the reactor
    let inside = Inside()
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<100 {
        group.addTask(executorPreference: reactor) {
          for _ in 0..<10 {
            #expect(reactor.isCurrent)
            inside.count += 1
            await Task.yield()
          }
        }
      }
    }
    #expect(inside.count == 1000)
    #expect(!reactor.isCurrent)
  }

  @Test func cancelsSleepersAndDropsTimers() async {
    let reactor = Reactor(name: "test")
    reactor.start()
    let fired = Collector<Int>()
    let sleeper = Task(executorPreference: reactor) {
      do {
        try await reactor.sleep(until: .distantFuture)
        return "woke"
      } catch {
        return "cancelled"
      }
    }
    await reactor.call { _ = reactor.schedule(at: Instant.now().advanced(by: .seconds(600))) { fired.append(1) } }
    while await reactor.call({ reactor.timers.count }) < 2 { await Task.yield() }
    reactor.stop()
    #expect(await sleeper.value == "cancelled")
    #expect(fired.all.isEmpty)
    await #expect(throws: CancellationError.self) { try await reactor.sleep(until: .distantFuture) }
  }

  @Test func manyAtOnce() async {
    for _ in 0..<100 {
      let reactor = Reactor(name: "test")
      reactor.start()
      await withTaskGroup(of: Void.self) { group in
        for _ in 0..<4 {
          group.addTask {
            reactor.execute {}
            reactor.stop()
          }
        }
      }
    }
  }
}
