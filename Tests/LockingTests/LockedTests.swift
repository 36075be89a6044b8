import Glibc
import Locking
import Testing

struct LockedTests {
  private final class Tally: Sendable {
    let numbers = Locked([Int]())
  }

  @Test func threadsTakeTurns() {
    let tally = Tally()
    var threads: [pthread_t] = []
    for _ in 0..<4 {
      var thread = pthread_t()
      pthread_create(
        &thread, nil,
        {
          let tally = Unmanaged<Tally>.fromOpaque($0!).takeRetainedValue()
          for number in 0..<10_000 { tally.numbers.withLock { $0.append(number) } }
          return nil
        }, Unmanaged.passRetained(tally).toOpaque())
      threads.append(thread)
    }
    for thread in threads { pthread_join(thread, nil) }
    #expect(tally.numbers.withLock { $0.count } == 40_000)
  }

  @Test func isFreeAgainAfterAnError() {
    struct Refused: Error {}
    let tally = Tally()
    #expect(throws: Refused.self) { try tally.numbers.withLock { _ in throw Refused() } }
    #expect(tally.numbers.withLock { $0.isEmpty })
  }

  @Test func itsValueGoesWithIt() {
    final class Holder: Sendable {
      let tally: Locked<Tally?>

      init(_ tally: Tally) {
        self.tally = Locked(tally)
      }
    }
    weak var kept: Tally?
    do {
      let tally = Tally()
      kept = tally
      let holder = Holder(tally)
      #expect(holder.tally.withLock { $0 != nil })
    }
    #expect(kept == nil)
  }
}
