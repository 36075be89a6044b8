import Plans
import TestFetches

@testable import Upstream

typealias ScriptedTokens = ScriptedFetches<AccessToken>

extension ScriptedTokens: AccessTokenFetcher {
  /// - Parameter ready: what the first fetches give at once.
  convenience init(_ ready: String?...) {
    self.init(ready: ready.map { $0.map { AccessToken(Secret($0), lifetime: nil) } })
  }

  package func fetch(
    _ plan: OAuth2Plan, by backends: BackendPool, completion: @escaping @Sendable (AccessToken?) -> Void
  ) {
    fetch(completion)
  }

  /// Ends the fetches that are under way.
  /// - Parameter text: `nil`: they fail.
  func end(_ text: String?, lifetime: Duration? = nil) {
    end(text.map { AccessToken(Secret($0), lifetime: lifetime) })
  }
}

extension OAuth2Plan {
  static let test = OAuth2Plan(
    FetchPlace("https://id", "/token"), clientID: "weft", clientSecret: Secret("s"))
}
