import Testing
import Timing

@testable import Front

@Suite struct BlockingWorkQueueTests {
  private let start = Instant(nanoseconds: 1_000_000_000)

  private static let mostWaiting = 5
  private static let patience: Duration = .seconds(2)

  private func queue(_ mostThreads: Int) -> BlockingWorkQueue<Int> {
    BlockingWorkQueue(mostThreads: mostThreads, mostWaiting: Self.mostWaiting, patience: Self.patience)
  }

  private func taken(_ next: BlockingWorkQueue<Int>.Next) -> String {
    switch next {
    case .work(let item): "\(item)"
    case .late(let item): "late \(item)"
    case .nothing: "nothing"
    }
  }

  @Test func threadsBeginAsTheyAreNeededAndEndWithTheWork() {
    var queue = self.queue(2)
    let admissions = (1...4).map { queue.add($0, at: start) }
    #expect(admissions == [.needsThread, .needsThread, .waits, .waits])
    let order = (1...6).map { _ in taken(queue.next(at: start)) }
    #expect(order == ["1", "2", "3", "4", "nothing", "nothing"])
    #expect(queue.threads == 0)
    let again = queue.add(5, at: start)
    #expect(again == .needsThread)
  }

  @Test func soManyWaitAndNoMore() {
    var queue = self.queue(1)
    let most = Self.mostWaiting
    for item in 0..<most {
      let admission = queue.add(item, at: start)
      #expect(admission != .full)
    }
    let beyond = queue.add(most, at: start)
    #expect(beyond == .full)
    _ = queue.next(at: start)
    let next = queue.add(most, at: start)
    #expect(next == .waits)
  }

  @Test func whoHasWaitedTooLongIsTold() {
    var queue = self.queue(1)
    _ = queue.add(1, at: start)
    let end = start.advanced(by: Self.patience)
    _ = queue.add(2, at: end)
    let order = [queue.next(at: end.advanced(by: .nanoseconds(1))), queue.next(at: end)].map(taken)
    #expect(order == ["late 1", "2"])
  }

  @Test func whoHasAskedForLessGoesFirst() {
    var queue = self.queue(1)
    for turn in 0..<3 { _ = queue.add(turn, turn: turn, at: start) }
    _ = queue.next(at: start)
    _ = queue.add(10, turn: 0, at: start)
    _ = queue.add(20, turn: 1, at: start)
    let order = (1...4).map { _ in taken(queue.next(at: start)) }
    #expect(order == ["10", "1", "20", "2"])
  }

  @Test func whoIsPassedByIsToldInTime() {
    var queue = self.queue(1)
    _ = queue.add(3, turn: 3, at: start)
    let end = start.advanced(by: Self.patience + .nanoseconds(1))
    _ = queue.add(10, turn: 0, at: end)
    let order = (1...2).map { _ in taken(queue.next(at: end)) }
    #expect(order == ["late 3", "10"])
  }

  @Test func withoutAnyThreadNothingIsLeftWaiting() {
    var queue = self.queue(2)
    _ = queue.add(1, at: start)
    _ = queue.add(2, at: start)
    // The first thread takes both.
    #expect(queue.lostThread().isEmpty && queue.threads == 1)
    #expect(queue.lostThread() == [1, 2] && queue.threads == 0)
    let next = queue.add(3, at: start)
    #expect(next == .needsThread)
  }
}
