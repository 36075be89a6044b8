import Locking
import Logging
import Timing

/// *Guarded by its lock.* Tells the log of what policies do beside refusing, or can't do. A client can bring that about
/// without end, so each event is told once in a while for what it happened to, with how often it was.
package final class PolicyLog: Sendable {
  package enum Event: String, CaseIterable {
    case uncounted = "a limit has nothing to count by"
    case unchecked = "a client is let in unchecked"
    case noRate = "a limit has no rate"
    case withoutRedis = "a limit is decided without redis"
    case wouldRefuse = "the waf would have refused"
    case longBody = "the waf did not look at a body that is too long"
    case uninspected = "the waf did not look at a request: too many wait for it"

    fileprivate var level: Logger.Level {
      switch self {
      case .uncounted, .unchecked, .noRate, .withoutRedis: .warning
      case .wouldRefuse, .longBody, .uninspected: .notice
      }
    }
  }

  private struct Untold {
    var count = 0
    var next = Instant(nanoseconds: 0)
  }

  /// Between two lines of one event and name.
  private static let pause: Duration = .seconds(10)
  /// Names of an event that are told apart; above it, others are one.
  static let mostNames = 256
  private static let others = ""

  private let logger: Logger
  private let untold = Locked<[Event: [String: Untold]]>([:])

  package init(_ logger: Logger) {
    self.logger = logger
  }

  /// - Parameters:
  ///   - name: of what it happened to.
  ///   - facts: of this one; `times` is added.
  func note(
    _ event: Event, of name: String, at now: Instant = .now(), _ facts: @autoclosure () -> Logger.Metadata
  ) {
    guard let count = untold.withLock({ Self.due(&$0[event, default: [:]], name, now) }) else { return }
    var metadata = facts()
    metadata["times"] = "\(count)"
    logger.log(level: event.level, "\(event.rawValue)", metadata: metadata)
  }

  /// How often it was since it was told last, where it is to be told now.
  private static func due(_ names: inout [String: Untold], _ name: String, _ now: Instant) -> Int? {
    if names[name] == nil, names.count >= mostNames { names = names.filter { now < $0.value.next } }
    let name = names[name] == nil && names.count >= mostNames ? others : name
    var untold = names[name] ?? Untold()
    untold.count += 1
    let isDue = now >= untold.next
    names[name] = isDue ? Untold(next: now.advanced(by: pause)) : untold
    return isDue ? untold.count : nil
  }
}
