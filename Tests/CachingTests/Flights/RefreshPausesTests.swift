import Testing
import Timing

@testable import Caching

struct RefreshPausesTests {
  private func at(_ milliseconds: Int64) -> Instant { Instant(nanoseconds: milliseconds * 1_000_000) }

  @Test func refreshesThatFailPauseForLongerEachTime() {
    var pauses = RefreshPauses()
    let key = Sample.key(1)
    #expect(!pauses.isPaused(key, at: at(0)))
    pauses.failed(key, at: at(0), chance: 1)
    #expect(pauses.isPaused(key, at: at(249)) && !pauses.isPaused(key, at: at(250)))
    #expect(!pauses.isPaused(Sample.key(2), at: at(0)))
    pauses.failed(key, at: at(1000), chance: 0)
    #expect(pauses.isPaused(key, at: at(1249)) && !pauses.isPaused(key, at: at(1250)))
    for _ in 0..<10 { pauses.failed(key, at: at(2000), chance: 1) }
    #expect(pauses.isPaused(key, at: at(11_999)) && !pauses.isPaused(key, at: at(12_000)))
    pauses.succeeded(key)
    pauses.failed(key, at: at(3000), chance: 1)
    #expect(!pauses.isPaused(key, at: at(3250)))
  }

  @Test func pausesAreBounded() {
    var pauses = RefreshPauses()
    for number in 0...RefreshPauses.mostKeys { pauses.failed(Sample.key(number), at: at(0), chance: 1) }
    #expect(
      pauses.isPaused(Sample.key(0), at: at(0)) && !pauses.isPaused(Sample.key(RefreshPauses.mostKeys), at: at(0)))
    // All others are long over.
    let later = 250 + RefreshPauses.longest.components.seconds * 1000
    pauses.failed(Sample.key(-1), at: at(later), chance: 1)
    #expect(pauses.isPaused(Sample.key(-1), at: at(later)))
  }
}
