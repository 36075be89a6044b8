import Testing
import Timing

@testable import Gateway

@Suite struct ProcessFiguresTests {
  /// proc(5): the name may have whatever a name has.
  @Test func theLineOfAProcessIsRead() {
    let stat =
      "42 (a (b) c) S 1 42 42 0 -1 4194560 900 0 0 0 150 50 0 0 20 0 9 0 6000 1000000 250 18446744073709551615 1 1"
    var figures = ProcessFigures()
    figures.read(stat, ticks: 100, pageBytes: 4096, booted: 1_700_000_000)
    #expect(figures.seconds == 2 && figures.threads == 9 && figures.started == 1_700_000_060)
    #expect(figures.virtualBytes == 1_000_000 && figures.residentBytes == 1_024_000)
  }

  @Test func whatIsNoSuchLineSaysNothing() {
    for line in ["", "42", "42 (a)", "42 (a) S x y z"] {
      var figures = ProcessFigures()
      figures.read(line, ticks: 100, pageBytes: 4096, booted: 0)
      #expect(figures.seconds == 0 && figures.residentBytes == 0)
    }
  }

  @Test func thisProcessHasFigures() {
    let figures = ProcessFigures.now()
    #expect(figures.residentBytes > 1 << 20 && figures.virtualBytes > figures.residentBytes)
    #expect(figures.threads > 0 && figures.openDescriptors > 2 && figures.mostDescriptors > 2)
    #expect(figures.started > 1_600_000_000)
  }
}

@Suite struct LoopLagTests {
  private func at(_ milliseconds: Int64) -> Instant { Instant(nanoseconds: milliseconds * 1_000_000) }

  @Test func theLongestOfLateIsTold() {
    let loop = MeasuredLoop("front-0") { _ in }
    #expect(loop.lag(at: at(1)) == 0)
    loop.ask(at: at(1000))
    // It has not come to it, and is not asked again.
    loop.ask(at: at(2000))
    #expect(loop.lag(at: at(3000)) == 2_000_000_000)
    loop.answer(at: at(3500))
    #expect(loop.lag(at: at(4000)) == 2_500_000_000)
    for second in 0..<Int64(MeasuredLoop.window) + 1 {
      let now = 5000 + second * 1000
      loop.ask(at: at(now))
      loop.answer(at: at(now + 1))
      // It is told for at least half of the window, so that no scrape misses it.
      if second < Int64(MeasuredLoop.window / 2) { #expect(loop.lag(at: at(now + 2)) == 2_500_000_000, "\(second)") }
    }
    #expect(loop.lag(at: at(60_000)) == 1_000_000)
  }
}
