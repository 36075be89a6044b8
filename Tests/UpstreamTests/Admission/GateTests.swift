import Plans
import Testing
import Timing

@testable import Upstream

struct GateTests {
  private func gate(breaker: Bool = false, maxConcurrent: Int? = nil) -> Gate<String> {
    var plan = BackendPlan.Breaker()
    plan.minimumCalls = 2
    return Gate(breaker: breaker ? plan : nil, maxConcurrent: maxConcurrent)
  }

  private func ticket(_ entry: Gate<String>.Entry) throws -> Breaker.Ticket {
    guard case .admitted(let ticket) = entry else { throw NotAdmitted(entry: entry) }
    return ticket
  }

  private struct NotAdmitted: Error {
    let entry: Gate<String>.Entry
  }

  @Test func slotsAreLimited() throws {
    var gate = gate(maxConcurrent: 2)
    let first = try ticket(gate.enter(at: .at(.zero)))
    _ = try ticket(gate.enter(at: .at(.zero)))
    #expect(gate.enter(at: .at(.zero)) == .busy)
    #expect(gate.leave(.good, first, at: .at(.zero)).isEmpty)
    _ = try ticket(gate.enter(at: .at(.zero)))
  }

  @Test func aFreeSlotGoesToTheFirstInTheQueue() throws {
    var gate = gate(maxConcurrent: 1)
    let holder = try ticket(gate.enter(at: .at(.zero)))
    #expect(gate.enqueue("a", at: .at(.zero)) == .waiting(0))
    #expect(gate.enqueue("b", at: .at(.zero)) == .waiting(1))
    let woken = gate.leave(.good, holder, at: .at(.zero))
    #expect(woken.map(\.waiter) == ["a"])
    // Nobody can slip in between.
    #expect(gate.enter(at: .at(.zero)) == .busy)
    let next = gate.leave(.good, try ticket(woken[0].entry), at: .at(.zero))
    #expect(next.map(\.waiter) == ["b"])
  }

  @Test func whoGivesUpIsNotWoken() throws {
    var gate = gate(maxConcurrent: 1)
    let holder = try ticket(gate.enter(at: .at(.zero)))
    #expect(gate.enqueue("a", at: .at(.zero)) == .waiting(0))
    #expect(gate.enqueue("b", at: .at(.zero)) == .waiting(1))
    #expect(gate.giveUp(0) == true)
    #expect(gate.giveUp(0) == false)
    #expect(gate.leave(.good, holder, at: .at(.zero)).map(\.waiter) == ["b"])
    #expect(gate.giveUp(1) == false)
  }

  @Test func theQueueIsBounded() throws {
    var gate = gate(maxConcurrent: 2)
    for _ in 0..<2 { _ = try ticket(gate.enter(at: .at(.zero))) }
    for number in 0..<20 { #expect(gate.enqueue("\(number)", at: .at(.zero)) == .waiting(UInt64(number))) }
    #expect(gate.enqueue("late", at: .at(.zero)) == .full)
    #expect(gate.giveUp(7) == true)
    #expect(gate.enqueue("lucky", at: .at(.zero)) == .waiting(20))
  }

  @Test func aSlotThatCameFreeMeanwhileNeedsNoQueue() throws {
    var gate = gate(maxConcurrent: 1)
    let holder = try ticket(gate.enter(at: .at(.zero)))
    #expect(gate.enter(at: .at(.zero)) == .busy)
    _ = gate.leave(.good, holder, at: .at(.zero))
    #expect(gate.enqueue("a", at: .at(.zero)) == .decided(.admitted(Breaker.Ticket())))
  }

  @Test func whenTheBreakerOpensNobodyWaitsOn() throws {
    var gate = gate(breaker: true, maxConcurrent: 2)
    let holders = try (0..<2).map { _ in try ticket(gate.enter(at: .at(.zero))) }
    for waiter in ["a", "b", "c"] { _ = gate.enqueue(waiter, at: .at(.zero)) }
    let first = gate.leave(.bad, holders[0], at: .at(.zero))
    #expect(first.map(\.waiter) == ["a"])
    let rest = gate.leave(.bad, holders[1], at: .at(.zero))
    #expect(rest.map(\.waiter) == ["b", "c"])
    #expect(rest.allSatisfy { $0.entry == .refused(retryAfter: .seconds(10)) })
    #expect(gate.enter(at: .at(.seconds(1))) == .refused(retryAfter: .seconds(9)))
    // "a" was let in before; its slot comes free like any other.
    #expect(gate.leave(.bad, try ticket(first[0].entry), at: .at(.seconds(2))).isEmpty)
    let probe = try ticket(gate.enter(at: .at(.seconds(10))))
    #expect(gate.leave(.good, probe, at: .at(.seconds(10))).isEmpty)
    for _ in 0..<2 { _ = try ticket(gate.enter(at: .at(.seconds(11)))) }
    #expect(gate.enter(at: .at(.seconds(11))) == .busy)
  }

  @Test func aFullGateStillSaysThatTheCircuitIsOpen() throws {
    var gate = gate(breaker: true, maxConcurrent: 2)
    let stuck = try ticket(gate.enter(at: .at(.zero)))
    for _ in 0..<2 {
      _ = gate.leave(.bad, try ticket(gate.enter(at: .at(.zero))), at: .at(.zero))
    }
    let probe = try ticket(gate.enter(at: .at(.seconds(10))))
    #expect(gate.enter(at: .at(.seconds(10))) == .refused(retryAfter: Breaker.retryAfterProbe))
    _ = gate.leave(.none, probe, at: .at(.seconds(10)))
    _ = gate.leave(.none, stuck, at: .at(.seconds(10)))
    _ = try ticket(gate.enter(at: .at(.seconds(10))))
  }

  @Test func aStreamIsJudgedAtItsHead() throws {
    var gate = gate(breaker: true, maxConcurrent: 1)
    for _ in 0..<2 {
      _ = gate.leave(.bad, try ticket(gate.enter(at: .at(.zero))), at: .at(.zero))
    }
    let probe = try ticket(gate.enter(at: .at(.seconds(10))))
    gate.judge(.good, probe, at: .at(.seconds(10)))
    // Closed already, but the slot is still taken; and an end without a verdict changes nothing.
    #expect(gate.enter(at: .at(.seconds(11))) == .busy)
    _ = gate.leave(.none, probe, at: .at(.seconds(12)))
    _ = try ticket(gate.enter(at: .at(.seconds(12))))
  }

  @Test(arguments: 0..<20)
  func neverMoreThanItsSlotsAndNobodyIsForgotten(seed: Int) throws {
    var random = SplitMix64(seed: UInt64(seed))
    let slots = Int.random(in: 1...4, using: &random)
    var gate = Gate<Int>(breaker: nil, maxConcurrent: slots)
    var inside: [Breaker.Ticket] = []
    var waiting: [UInt64] = []
    for caller in 0..<2000 {
      switch Int.random(in: 0..<5, using: &random) {
      case 0...1:
        if case .admitted(let ticket) = gate.enter(at: .at(.zero)) {
          inside.append(ticket)
        } else if case .waiting(let ticket) = gate.enqueue(caller, at: .at(.zero)) {
          waiting.append(ticket)
        }
      case 2...3:
        guard let ticket = inside.popLast() else { continue }
        for wakeUp in gate.leave(.good, ticket, at: .at(.zero)) {
          waiting.removeFirst()
          if case .admitted(let ticket) = wakeUp.entry { inside.append(ticket) }
        }
      default:
        guard let place = waiting.indices.randomElement(using: &random) else { continue }
        #expect(gate.giveUp(waiting.remove(at: place)) == true)
      }
      #expect(inside.count <= slots)
      #expect(gate.waiting == waiting.count)
      #expect(waiting.isEmpty || inside.count == slots)
    }
  }
}
