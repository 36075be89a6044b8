import Logging
import NIOCore
import Redis

/// *Immutable.* What claims keys in a process, for each front loop, and what it has done.
package final class ClaimLoops: Sendable {
  package let local: LocalKeys
  package let figures: IdempotencyFigures
  private let claims: [LoopConfined<Claims>]

  /// - Parameters:
  ///   - local: of the process, as `figures` are; both may be those of claims before these.
  ///   - redis: links on these loops; `nil`: the process knows its own.
  package init(
    loops: [any EventLoop], local: LocalKeys, figures: IdempotencyFigures, redis: RedisLinks? = nil, logger: Logger
  ) {
    self.local = local
    self.figures = figures
    claims = loops.enumerated().map { index, loop in
      guard let redis else {
        return LoopConfined(Claims(loop: loop, local: local, figures: figures, logger: logger), to: loop)
      }
      return redis.links[index].map { link in
        let keys = RedisKeys(redis.topology, link: link)
        return Claims(loop: loop, local: local, redis: keys, figures: figures, logger: logger)
      }
    }
  }

  /// Those of a loop, on the loop.
  package subscript(index: Int) -> Claims { claims[index].value }
}
