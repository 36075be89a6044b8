import Testing
import Timing

@testable import Reactor

@Suite struct TimerHeapTests {
  final class Target: TimerTarget {
    let number: Int

    init(_ number: Int) {
      self.number = number
    }

    func timerFired() {}
    func timerDropped() {}
  }

  private func at(_ nanoseconds: Int) -> Instant {
    Instant(nanoseconds: Int64(nanoseconds))
  }

  private func drain(_ heap: inout TimerHeap, _ now: Int = .max) -> [Int] {
    var numbers: [Int] = []
    while let target = heap.popDue(at(now)) { numbers.append((target as? Target)?.number ?? -1) }
    return numbers
  }

  @Test func givesTheEarliestFirst() {
    var heap = TimerHeap()
    for number in [5, 1, 4, 2, 3, 9, 0] { _ = heap.insert(Target(number), at: at(number)) }
    #expect(heap.next == at(0))
    #expect(drain(&heap, 4) == [0, 1, 2, 3, 4])
    #expect(heap.next == at(5))
    #expect(drain(&heap) == [5, 9])
    #expect(heap.next == .distantFuture)
  }

  @Test func forgetsWhatIsRemoved() {
    var heap = TimerHeap()
    let tokens = (0..<10).map { heap.insert(Target($0), at: at($0)) }
    for number in [0, 3, 9, 5] { #expect((heap.remove(tokens[number]) as? Target)?.number == number) }
    #expect(heap.remove(tokens[3]) == nil)
    #expect(drain(&heap) == [1, 2, 4, 6, 7, 8])
    for token in tokens { #expect(heap.remove(token) == nil) }
  }

  @Test func aStaleTokenDoesNotTouchItsSlotsNextTimer() {
    var heap = TimerHeap()
    let stale = heap.insert(Target(1), at: at(1))
    heap.remove(stale)
    let fresh = heap.insert(Target(2), at: at(2))
    #expect(fresh.slot == stale.slot)
    #expect(heap.remove(stale) == nil)
    #expect(drain(&heap) == [2])
  }

  @Test func holdsAgainstAModel() {
    var generator = SystemRandomNumberGenerator()
    var heap = TimerHeap()
    var model: [(time: Int, number: Int, token: TimerToken)] = []
    for number in 0..<20_000 {
      switch Int.random(in: 0..<4, using: &generator) {
      case 0, 1:
        let time = Int.random(in: 0..<1000, using: &generator)
        model.append((time, number, heap.insert(Target(number), at: at(time))))
      case 2 where !model.isEmpty:
        let entry = model.remove(at: Int.random(in: 0..<model.count, using: &generator))
        #expect((heap.remove(entry.token) as? Target)?.number == entry.number)
      default:
        let popped = heap.popDue(at(500)) as? Target
        let due = model.filter { $0.time <= 500 }.map(\.time).min()
        let index = model.firstIndex { $0.number == popped?.number }
        #expect(index.map { model[$0].time } == due)
        if let index { model.remove(at: index) }
      }
      #expect(heap.count == model.count)
    }
  }
}
