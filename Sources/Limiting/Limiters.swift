import NIOCore
import Redis

/// *Immutable.* The limiters of a process, one for each front loop, and what they have done.
package final class Limiters: Sendable {
  package let figures: LimitFigures
  private let limiters: [LoopConfined<Limiter>]

  /// - Parameters:
  ///   - local: of the process, as `figures` are; both may be those of limiters before these.
  ///   - redis: links on these loops; `nil`: the process counts for itself.
  package init(loops: [any EventLoop], local: LocalCounters, figures: LimitFigures, redis: RedisLinks? = nil) {
    self.figures = figures
    limiters = loops.enumerated().map { index, loop in
      guard let redis else { return LoopConfined(Limiter(local: local), to: loop) }
      return redis.links[index].map { link in
        Limiter(local: local, redis: RedisCounters(redis.topology, link: link))
      }
    }
  }

  /// That of a loop, on the loop.
  package subscript(index: Int) -> Limiter { limiters[index].value }
}
