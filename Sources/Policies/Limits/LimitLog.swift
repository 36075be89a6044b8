import Locking
import Logging
import Timing

/// *Guarded by its lock.* Tells the log of limits that do not do what they are for. A client can bring that about without
/// end, so each kind is told once in a while, with how often it was.
package final class LimitLog: Sendable {
  enum Kind: String {
    case nothing = "a limit has nothing to count by"
    case rate = "a limit has no rate"
  }

  private struct Untold {
    var count = 0
    var next = Instant(nanoseconds: 0)
  }

  private static let pause: Duration = .seconds(60)

  private let logger: Logger
  private let untold = Locked<[Kind: Untold]>([:])

  package init(_ logger: Logger) {
    self.logger = logger
  }

  func note(_ kind: Kind, of limit: String, _ why: String, at now: Instant = .now()) {
    let count = untold.withLock { untold -> Int? in
      untold[kind, default: Untold()].count += 1
      guard let due = untold[kind], now >= due.next else { return nil }
      untold[kind] = Untold(next: now.advanced(by: Self.pause))
      return due.count
    }
    guard let count else { return }
    logger.warning("\(kind.rawValue)", metadata: ["limit": "\(limit)", "why": "\(why)", "times": "\(count)"])
  }
}
