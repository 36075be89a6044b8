/// The names in an expression's scope that are not calls. No call may take one of them.
package enum ScopeName: String, CaseIterable, Sendable {
  case path, query, queryList, headers, cookies, claims, client, body
  /// Load-time constants.
  case env
  /// `calls.<name>`: how a call went.
  case calls
  /// One item of an `each`, or one batch of them.
  case item, items
  /// Kept free for later use.
  case response

  package var isRequestInput: Bool {
    switch self {
    case .path, .query, .queryList, .headers, .cookies, .claims, .client, .body: true
    case .env, .calls, .item, .items, .response: false
    }
  }

  /// Whether something is read, and nothing but inputs of the request.
  /// - Parameter reads: paths of references.
  package static func areRequestInputs(_ reads: [[String]]) -> Bool {
    !reads.isEmpty && reads.allSatisfy { $0.first.flatMap(ScopeName.init(rawValue:))?.isRequestInput ?? false }
  }

  /// Members of `client`.
  package enum ClientMember: String, CaseIterable, Sendable {
    /// The address, after `trustedProxies`.
    case ip
    /// `http` or `https`.
    case scheme
    /// As the client asked for it, with a port where it gave one.
    case host
    case requestId
  }

  /// Members of `calls.<name>`.
  package enum CallMember: String, CaseIterable, Sendable {
    case outcome, status, headers, ms
  }
}
