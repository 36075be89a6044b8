import Hashing
import Plans

/// *Immutable.* One limit with its rate, as a request meets it. Two of the same name, rate and `by` count together.
package final class Limit: Sendable {
  /// Changes with what a counter in Redis means, so that old and new processes never share one.
  private static let encoding: UInt32 = 1

  /// What the client is told.
  package let name: String
  package let rate: LimitRate
  package let conduct: LimitConduct
  let rule: LimitRule
  private let identity: CounterKey

  /// - Parameter by: the expression that gives the values to count by, as written. Values of different expressions, such
  ///   as an address and a token's subject, are never taken for each other.
  package init(_ name: String, _ rate: LimitRate, by: String, _ conduct: LimitConduct = LimitConduct()) {
    self.name = name
    self.rate = rate
    self.conduct = conduct
    rule = LimitRule(rate)
    var digest = Digest()
    digest.update(Limit.encoding)
    for text in [name, rate.written, by] { digest.update(counted: text) }
    identity = CounterKey(digest)
  }

  /// The counter of a value.
  func key(of value: String) -> CounterKey {
    var digest = Digest()
    digest.update(identity.words.0)
    digest.update(identity.words.1)
    digest.update(counted: value)
    return CounterKey(digest)
  }
}
