import Plans
import Reactor
import Synchronization
import TestSockets
import Testing
import Timing

@testable import Upstream

struct SlotWaiterTests {
  private func gate(_ slots: Int = 1) -> SharedGate {
    SharedGate(slots: slots, addresses: [])
  }

  /// One waiter on a reactor of its own, whose outcome comes back.
  private func wait(
    _ gate: SharedGate, for time: Duration = .seconds(60), meanwhile: @escaping @Sendable (SlotWaiter) -> Void
  ) async -> SlotWaiter.Outcome {
    let reactor = Reactor(name: "waiter")
    reactor.start()
    let waiter = SlotWaiter(gate: gate, reactor: reactor)
    let outcome = await withCheckedContinuation { continuation in
      reactor.execute {
        waiter.wait(until: Instant.now().advanced(by: time), at: .now()) { continuation.resume(returning: $0) }
        meanwhile(waiter)
      }
    }
    await withCheckedContinuation { continuation in reactor.execute { continuation.resume() } }
    reactor.stop()
    return outcome
  }

  @Test func aSlotFromAnotherThreadArrives() async throws {
    let gate = gate()
    try gate.take()
    let outcome = await wait(gate) { _ in
      // Not a task: those wait for the threads that all tests share.
      startThread { gate.leave(at: .now()) }
    }
    #expect(outcome == .admitted)
    #expect(gate.enter(at: .now()) == .busy)
    gate.leave(at: .now())
    try gate.take()
  }

  @Test func timeRunsOut() async throws {
    let gate = gate()
    try gate.take()
    let outcome = await wait(gate, for: .milliseconds(5)) { _ in }
    #expect(outcome == .noSlot)
    #expect(gate.waiting == 0)
  }

  @Test func cancellingLeavesTheQueue() async throws {
    let gate = gate()
    try gate.take()
    let outcome = await wait(gate) { waiter in
      #expect(gate.waiting == 1)
      waiter.cancel()
      waiter.cancel()
    }
    #expect(outcome == .cancelled)
    #expect(gate.waiting == 0)
  }

  @Test func aSlotThatComesTooLateGoesOn() async throws {
    let gate = gate()
    try gate.take()
    let outcome = await wait(gate) { waiter in
      // The wake-up is in the reactor's queue when the waiter is cancelled.
      gate.leave(at: .now())
      waiter.cancel()
    }
    #expect(outcome == .cancelled)
    try gate.take()
  }

  @Test func whenTheReactorStopsNobodyHangs() async throws {
    let gate = gate()
    try gate.take()
    let reactor = Reactor(name: "waiter")
    reactor.start()
    let waiter = SlotWaiter(gate: gate, reactor: reactor)
    let ended = Atomic<Int>(0)
    reactor.execute { waiter.wait(until: .distantFuture, at: .now()) { _ in ended.add(1, ordering: .relaxed) } }
    reactor.stop()
    #expect(ended.load(ordering: .relaxed) == 1)
    #expect(gate.waiting == 0)
  }
}
