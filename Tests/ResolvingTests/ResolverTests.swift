import Locking
import Synchronization
import TestSockets
import Testing
import Timing

@testable import Resolving

@Suite struct ResolverTests {
  @Test func aHostIsOneNameWhileSomebodyHoldsIt() {
    let resolver = Resolver { _ in .success([]) }
    let name = resolver.name("Backend.test")
    #expect(name === resolver.name("backend.TEST"))
    #expect(name !== resolver.name("backend2.test"))
  }

  @Test func whoeverAsksMeanwhileSharesTheLookup() async {
    let lookups = Atomic<Int>(0)
    let (begun, gate) = (Gate(), Gate())
    let resolver = Resolver { _ in
      lookups.wrappingAdd(1, ordering: .relaxed)
      begun.open()
      gate.wait()
      return .success(["10.0.0.1"])
    }
    let name = resolver.name("slow.test")
    let listener = Listener()
    for _ in 0..<1000 { #expect(name.known(at: .now(), else: listener) == .asking(until: nil)) }
    await begun.waitAsync()
    for _ in 0..<1000 { #expect(name.known(at: .now(), else: listener) == .asking(until: nil)) }
    #expect(lookups.load(ordering: .relaxed) == 1)
    gate.open()
    #expect(await listener.answer(of: name) == .addresses(["10.0.0.1"], generation: 1))
  }

  @Test func namesThatHangTakeNoMoreThanTheThreads() async {
    let counts = Locked((now: 0, most: 0))
    let gate = Gate()
    let resolver = Resolver { _ in
      counts.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1)) }
      gate.wait()
      counts.withLock { $0.now -= 1 }
      return .failure(LookupFailure("hangs"))
    }
    let names = (0..<100).map { resolver.name("\($0).test") }
    let listener = Listener()
    for name in names { _ = name.known(at: .now(), else: listener) }
    gate.open()
    for name in names { #expect(await listener.answer(of: name) == .failure(LookupFailure("hangs"))) }
    #expect(counts.withLock { $0.most } <= Resolver.mostThreads)
  }

  @Test func noAddressIsAFailureAndTooManyAreCut() async {
    let resolver = Resolver { $0 == "none.test" ? .success([]) : .success((0..<1000).map { "10.0.0.\($0)" }) }
    let listener = Listener()
    let (none, many) = (resolver.name("none.test"), resolver.name("many.test"))
    #expect(await listener.answer(of: none) == .failure(LookupFailure("no address")))
    guard case .addresses(let addresses, _) = await listener.answer(of: many) else { return #expect(Bool(false)) }
    #expect(addresses.count == Resolver.mostAddresses)
  }

  @Test func theSystemKnowsItselfAndNoInvalidName() async throws {
    #expect(try SystemLookup.run("localhost").get().contains { ["127.0.0.1", "::1"].contains($0) })
    #expect(try SystemLookup.run("127.0.0.9").get() == ["127.0.0.9"])
    #expect(throws: LookupFailure.self) { try SystemLookup.run("no such name").get() }
  }
}
