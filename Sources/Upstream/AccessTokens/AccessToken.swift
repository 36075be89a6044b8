import Messages
import Plans
import Timing

/// A token as its server gave it. A value, whose text is in no log.
package struct AccessToken: Sendable {
  package let text: Secret<String>
  /// How long it is good, counted from the request for it; `nil`: nothing was said.
  package let lifetime: Duration?

  /// - Parameter text: can be sent within a header.
  package init(_ text: Secret<String>, lifetime: Duration?) {
    self.text = text
    self.lifetime = lifetime
  }
}

/// *Immutable.* A token in the form in which requests carry it.
final class IssuedToken: Sendable {
  /// The line that is sent.
  let field: HeaderField
  /// How many its source had up to this one.
  let number: Int

  init(_ token: AccessToken, number: Int) {
    field = HeaderField("Authorization", "Bearer \(token.text.revealed)")
    self.number = number
  }

  /// Adds its line to those of a request, whose own `Authorization` goes.
  func add(to headers: inout [HeaderField]) {
    headers.removeAll { $0.isNamed("authorization") }
    headers.append(field)
  }
}

/// The way to tokens, and the clock by which they are kept. A test scripts one.
package protocol AccessTokenFetcher: Sendable {
  func now() -> Instant

  /// Begins to fetch, with a deadline of its own. `completion` is called once, on any thread: `nil` where there is nothing
  /// to be had, of which was told in the log.
  /// - Parameter backends: what the token server is reached by.
  func fetch(_ plan: OAuth2Plan, by backends: BackendPool, completion: @escaping @Sendable (AccessToken?) -> Void)

  /// Calls `body` at the instant, on any thread. Returns what cancels it.
  func schedule(at instant: Instant, _ body: @escaping @Sendable () -> Void) -> @Sendable () -> Void
}
