import Testing

@testable import Upstream

struct GateTests {
  private func gate(_ slots: Int) -> Gate<String> { Gate(slots: slots) }

  @Test func slotsAreLimited() {
    var gate = gate(2)
    for _ in 0..<2 { #expect(gate.enter(refusal: nil) == .admitted) }
    #expect(gate.enter(refusal: nil) == .busy)
    #expect(gate.leave(refusal: nil).isEmpty)
    #expect(gate.enter(refusal: nil) == .admitted)
  }

  @Test func aFreeSlotGoesToTheFirstInTheQueue() {
    var gate = gate(1)
    #expect(gate.enter(refusal: nil) == .admitted)
    #expect(gate.enqueue("a", refusal: nil) == .waiting(0))
    #expect(gate.enqueue("b", refusal: nil) == .waiting(1))
    let woken = gate.leave(refusal: nil)
    #expect(woken.map(\.waiter) == ["a"] && woken[0].entry == .admitted)
    // Nobody can slip in between.
    #expect(gate.enter(refusal: nil) == .busy)
    #expect(gate.leave(refusal: nil).map(\.waiter) == ["b"])
  }

  @Test func whoGivesUpIsNotWoken() {
    var gate = gate(1)
    #expect(gate.enter(refusal: nil) == .admitted)
    #expect(gate.enqueue("a", refusal: nil) == .waiting(0))
    #expect(gate.enqueue("b", refusal: nil) == .waiting(1))
    #expect(gate.giveUp(0) == true)
    #expect(gate.giveUp(0) == false)
    #expect(gate.leave(refusal: nil).map(\.waiter) == ["b"])
    #expect(gate.giveUp(1) == false)
  }

  @Test func theQueueIsBounded() {
    var gate = gate(2)
    for _ in 0..<2 { #expect(gate.enter(refusal: nil) == .admitted) }
    for number in 0..<20 { #expect(gate.enqueue("\(number)", refusal: nil) == .waiting(UInt64(number))) }
    #expect(gate.enqueue("late", refusal: nil) == .full)
    #expect(gate.giveUp(7) == true)
    #expect(gate.enqueue("lucky", refusal: nil) == .waiting(20))
  }

  @Test func aSlotThatCameFreeMeanwhileNeedsNoQueue() {
    var gate = gate(1)
    #expect(gate.enter(refusal: nil) == .admitted)
    #expect(gate.enter(refusal: nil) == .busy)
    _ = gate.leave(refusal: nil)
    #expect(gate.enqueue("a", refusal: nil) == .decided(.admitted))
  }

  @Test func whenTheBackendRefusesNobodyWaitsOn() {
    var gate = gate(2)
    for _ in 0..<2 { #expect(gate.enter(refusal: nil) == .admitted) }
    for waiter in ["a", "b", "c"] { _ = gate.enqueue(waiter, refusal: nil) }
    #expect(gate.leave(refusal: nil).map(\.waiter) == ["a"])
    let rest = gate.leave(refusal: .seconds(10))
    #expect(rest.map(\.waiter) == ["b", "c"])
    #expect(rest.allSatisfy { $0.entry == .refused(retryAfter: .seconds(10)) })
    // "a" was let in before; its slot comes free like any other.
    #expect(gate.leave(refusal: .seconds(8)).isEmpty)
    for _ in 0..<2 { #expect(gate.enter(refusal: nil) == .admitted) }
    #expect(gate.enter(refusal: nil) == .busy)
  }

  @Test func aFullGateStillSaysThatTheBackendRefuses() {
    var gate = gate(1)
    #expect(gate.enter(refusal: nil) == .admitted)
    #expect(gate.enter(refusal: .seconds(1)) == .refused(retryAfter: .seconds(1)))
    #expect(gate.enqueue("a", refusal: .seconds(1)) == .decided(.refused(retryAfter: .seconds(1))))
    #expect(gate.waiting == 0)
  }

  @Test(arguments: 0..<20)
  func neverMoreThanItsSlotsAndNobodyIsForgotten(seed: Int) {
    var random = SplitMix64(seed: UInt64(seed))
    let slots = Int.random(in: 1...4, using: &random)
    var gate = Gate<Int>(slots: slots)
    var inside = 0
    var waiting: [UInt64] = []
    for caller in 0..<2000 {
      switch Int.random(in: 0..<5, using: &random) {
      case 0...1:
        if gate.enter(refusal: nil) == .admitted {
          inside += 1
        } else if case .waiting(let ticket) = gate.enqueue(caller, refusal: nil) {
          waiting.append(ticket)
        }
      case 2...3:
        guard inside > 0 else { continue }
        inside -= 1
        for wakeUp in gate.leave(refusal: nil) {
          waiting.removeFirst()
          if wakeUp.entry == .admitted { inside += 1 }
        }
      default:
        guard let place = waiting.indices.randomElement(using: &random) else { continue }
        #expect(gate.giveUp(waiting.remove(at: place)) == true)
      }
      #expect(inside <= slots)
      #expect(gate.waiting == waiting.count)
      #expect(waiting.isEmpty || inside == slots)
    }
  }
}
