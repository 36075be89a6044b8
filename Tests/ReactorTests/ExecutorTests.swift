import Glibc
import Testing
import Timing

@testable import Reactor

@Suite struct ExecutorTests {
  @Test func tasksAndTheirChildrenRunOnItsThread() async {
    await withReactor { reactor in
      let all = await Task(executorPreference: reactor) {
        var here = [reactor.isCurrent]
        await withTaskGroup(of: Bool.self) { group in
          for _ in 0..<10 {
            group.addTask {
              await Task.yield()
              return reactor.isCurrent
            }
          }
          for await value in group { here.append(value) }
        }
        here.append(reactor.isCurrent)
        return here
      }.value
      #expect(all == Array(repeating: true, count: 12))
      #expect(!reactor.isCurrent)
    }
  }

  @Test func runsInOrder() async {
    await withReactor { reactor in
      let seen = Collector<Int>()
      for number in 0..<1000 { reactor.execute { seen.append(number) } }
      await reactor.call {}
      #expect(seen.all == Array(0..<1000))
    }
  }

  @Test func whatIsBegunOnItsThreadNeverRunsInside() async {
    await withReactor { reactor in
      let seen = Collector<String>()
      await reactor.call {
        reactor.execute { seen.append("second") }
        seen.append("first")
      }
      await reactor.call {}
      #expect(seen.all == ["first", "second"])
    }
  }

  @Test func manyThreadsPostAtOnce() async {
    await withReactor { reactor in
      let seen = Collector<Int>()
      await withTaskGroup(of: Void.self) { group in
        for thread in 0..<8 {
          group.addTask {
            for number in 0..<1000 { reactor.execute { seen.append(thread * 1000 + number) } }
          }
        }
      }
      await reactor.call {}
      #expect(seen.all.sorted() == Array(0..<8000))
      for thread in 0..<8 { #expect(seen.all.filter { $0 / 1000 == thread }.isSorted) }
    }
  }

  private actor Counter {
    nonisolated let unownedExecutor: UnownedSerialExecutor
    private let reactor: Reactor
    private(set) var count = 0

    init(_ reactor: Reactor) {
      self.reactor = reactor
      unownedExecutor = reactor.asUnownedSerialExecutor()
    }

    func add() async {
      reactor.preconditionIsolated()
      count += 1
      await addAgain()
    }

    private func addAgain() async {
      await Task.yield()
      reactor.preconditionIsolated()
      count += 1
    }
  }

  @Test func isAnActorsExecutorToo() async {
    await withReactor { reactor in
      let counter = Counter(reactor)
      await withTaskGroup(of: Void.self) { group in
        for _ in 0..<100 { group.addTask { await counter.add() } }
      }
      #expect(await counter.count == 200)
    }
  }

  /// A job that keeps itself going must leave the sockets their turn.
  @Test func endlessJobsDoNotStarveSockets() async {
    final class Driver: ReactorDriver, @unchecked Sendable {  // guarded by the reactor's thread
      var isReady = false
      var descriptor: Int32 = -1

      func descriptorReady(_ descriptor: Int32, is ready: Interest) {
        isReady = true
        self.descriptor = descriptor
      }

      func advance() -> Instant { .distantFuture }
      func reactorWillStop() {}
    }
    var ends: [Int32] = [0, 0]
    #expect(pipe(&ends) == 0)
    let (readEnd, writeEnd) = (ends[0], ends[1])
    await withReactor { reactor in
      let driver = Driver()
      await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
        @Sendable func again() {
          if driver.isReady { return continuation.resume() }
          reactor.execute { again() }
        }
        reactor.execute {
          reactor.attach(driver)
          reactor.watch(readEnd, from: [], to: .read)
          again()
        }
        reactor.execute { write(writeEnd, "x", 1) }
      }
      #expect(await reactor.call { driver.descriptor } == readEnd)
    }
    close(readEnd)
    close(writeEnd)
  }
}

extension [Int] {
  fileprivate var isSorted: Bool { zip(self, dropFirst()).allSatisfy { $0 < $1 } }
}
