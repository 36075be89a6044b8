import JMESPath
import JSONText
import Messages

/// The names that the expressions of a template see: request inputs and call values by name. A value; copying it to add
/// `item` copies the short member list, never the values.
package struct Scope: Sendable {
  /// The object that an expression sees as `$`. Names that are missing read as null.
  package var root: JSONObject
  /// The client's path ends in a slash: it goes on where a `*rest` behind it is empty.
  package var pathEndsInSlash = false
  /// `nil`: each expression has its own bound only. Copies share it.
  private(set) var budget: StepBudget?

  package init(_ root: JSONObject = JSONObject()) {
    self.root = root
  }

  /// Limits the steps that expressions may take in all from here on; what goes over it fails.
  package mutating func limit(steps: Int) { budget = StepBudget(steps) }

  /// Has expressions take their steps from a budget that others share.
  package mutating func limit(by budget: StepBudget) { self.budget = budget }

  /// The limit on steps was reached.
  package var isExhausted: Bool { budget?.isExhausted ?? false }
}

/// The names in an expression's scope that are not calls. No call may take one of them.
package enum ScopeName: String, CaseIterable, Sendable {
  case path, query, queryList, headers, cookies, claims, identity, client, body
  /// Load-time constants.
  case env
  /// `calls.<name>`: how a call went.
  case calls
  /// One item of an `each`, or one batch of them.
  case item, items
  /// What a backend has answered, in headers that are set on it.
  case response
  /// Something is missing in the answer.
  case partial
  /// What went wrong.
  case error

  package var isRequestInput: Bool {
    switch self {
    case .path, .query, .queryList, .headers, .cookies, .claims, .identity, .client, .body: true
    case .env, .calls, .item, .items, .response, .partial, .error: false
    }
  }

  /// Tells whether something is read, and nothing but inputs of the request.
  /// - Parameter reads: paths of references.
  package static func areRequestInputs(_ reads: [[String]]) -> Bool {
    !reads.isEmpty && reads.allSatisfy { $0.first.flatMap(ScopeName.init(rawValue:))?.isRequestInput ?? false }
  }

  /// Members that every `identity` has.
  package enum IdentityMember: String, CaseIterable, Sendable {
    case provider, subject, plan, groups
  }

  /// Members of `client`.
  package enum ClientMember: String, CaseIterable, Sendable {
    /// The address, after `trustedProxies`.
    case ip
    /// `http` or `https`.
    case scheme
    /// The host as the client asked for it, with a port where it gave one.
    case host
    case method
    /// As the client sent it, with its escapes and without the query.
    case path
    case requestId
    /// Of a connection with TLS.
    case tls
    /// Of the client's, verified.
    case certificate

    /// The members below it; none of a text.
    package var members: [String] {
      switch self {
      case .ip, .scheme, .host, .method, .path, .requestId: []
      case .tls: ["version", "cipher", "serverName"]
      case .certificate: ["subject", "issuer", "fingerprint", "serial", "sans", "notAfter"]
      }
    }
  }

  /// Members of `response`.
  package enum ResponseMember: String, CaseIterable, Sendable {
    case status, headers
  }

  /// Members of `error`.
  package enum ErrorMember: String, CaseIterable, Sendable {
    case status, title, detail
    /// Of a composite: the call that failed, and how.
    case call, outcome
    case requestId
    /// Of a refusal: who refused, and why, in a word each.
    case stage, reason
  }

  /// Members of `calls.<name>`.
  package enum CallMember: String, CaseIterable, Sendable {
    case outcome, status, headers, ms
  }
}

/// Fills in the templates that make a request: a scope does for one that is sent; an explanation does as far as it knows
/// what they read.
package protocol TemplateFiller {
  /// Returns path and query in origin form (RFC 9112 §3.2.1).
  func target(of request: RequestTemplate) throws(RenderFailure) -> String
  /// Returns the line, or `nil` where it is left out.
  func field(of header: HeaderTemplate) throws(RenderFailure) -> HeaderField?
  func value(of template: TextTemplate) throws(RenderFailure) -> JSONValue
  /// Returns `nil` for a single expression that gives null.
  func text(of template: TextTemplate) throws(RenderFailure) -> String?
  /// Writes the value of `template`; after a failure `writer` holds half of it.
  func write(_ template: ValueTemplate, into writer: inout JSONWriter) throws(RenderFailure)
}

extension Scope: TemplateFiller {
  package func target(of request: RequestTemplate) throws(RenderFailure) -> String { try request.target(self) }

  package func field(of header: HeaderTemplate) throws(RenderFailure) -> HeaderField? { try header.render(self) }

  package func value(of template: TextTemplate) throws(RenderFailure) -> JSONValue { try template.value(self) }

  package func text(of template: TextTemplate) throws(RenderFailure) -> String? { try template.text(self) }

  package func write(_ template: ValueTemplate, into writer: inout JSONWriter) throws(RenderFailure) {
    try template.render(into: &writer, self)
  }
}
