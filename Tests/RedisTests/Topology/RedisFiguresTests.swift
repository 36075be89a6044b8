import Testing

@testable import Redis

@Suite struct RedisFiguresTests {
  @Test(arguments: [
    (RedisFailure.refused("MOVED 1 127.0.0.1:1"), RedisFigures.Result.ok), (.refused("ASK 1 127.0.0.1:1"), .ok),
    (.refused("NOSCRIPT No matching script."), .ok), (.refused("OOM command not allowed"), .error),
    (.refused(""), .error),
    (.unexpected, .error), (.timeout, .timeout), (.unavailable, .unavailable), (.busy, .unavailable),
    (.closed, .unavailable),
  ])
  func eachEndCountsOnce(_ failure: RedisFailure, _ result: RedisFigures.Result) {
    let figures = RedisFigures()
    figures.note(.failure(failure))
    for other in RedisFigures.Result.allCases { #expect(figures[other] == (other == result ? 1 : 0), "\(other)") }
  }
}
