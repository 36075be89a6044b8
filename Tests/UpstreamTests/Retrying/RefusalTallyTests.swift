import Testing
import Timing

@testable import Upstream

struct RefusalTallyTests {
  @Test func theFirstAtOnceAndTheOthersTogether() {
    var tally = RefusalTally()
    #expect(tally.add(at: .at(.zero)) == 1)
    for second in 1...9 { #expect(tally.add(at: .at(.seconds(second))) == nil) }
    #expect(tally.add(at: .at(.seconds(10))) == 10)
    #expect(tally.add(at: .at(.seconds(11))) == nil)
    #expect(tally.add(at: .at(.seconds(100))) == 2)
  }
}
