import JSONText
import Passwords

/// Who tells by what a client shows who it is. A value.
package struct ProviderPlan: Sendable {
  package enum Kind: Sendable {
    case apiKey(APIKeyPlan)
    case basic(BasicPlan)
    case certificate(CertificatePlan)
    case jwt(JWTPlan)
    case introspection(IntrospectionPlan)
    case external(ExternalPlan)
  }

  /// As definitions name it.
  package var name: String
  package var kind: Kind
  /// Of an answer to a request without a credential, 400 to 499.
  package var missingStatus: Int
  /// Of an answer to one whose credential does not verify, 400 to 499.
  package var invalidStatus: Int
  package var definition = Definition()

  /// - Parameter status: of both answers.
  package init(_ name: String, _ kind: Kind, status: Int = 401) {
    self.name = name
    self.kind = kind
    missingStatus = status
    invalidStatus = status
  }

  /// Redis knows some of its credentials.
  package var asksRedis: Bool { if case .apiKey(let plan) = kind { plan.asksRedis } else { false } }

  /// Its identities have claims.
  package var givesClaims: Bool {
    switch kind {
    case .jwt, .introspection, .external: true
    case .apiKey, .basic, .certificate: false
    }
  }

  /// Its identities have members that somebody else names.
  package var givesFields: Bool {
    switch kind {
    case .apiKey: true
    case .basic, .certificate, .jwt, .introspection, .external: false
    }
  }

  /// Its identities may have a plan.
  package var givesPlans: Bool {
    switch kind {
    case .apiKey, .jwt, .introspection, .external: true
    case .basic, .certificate: false
    }
  }

  /// The places whose credentials it takes out of what goes to backends.
  package var withheld: [CredentialPlace] {
    switch kind {
    case .apiKey(let plan): plan.isPassed ? [] : plan.places
    case .basic(let plan): plan.isPassed ? [] : [BasicPlan.place]
    case .certificate, .jwt, .introspection, .external: []
    }
  }

  /// What it asks a backend; `nil`: it asks nobody of each credential.
  package var inquiry: InquiryPlan? {
    switch kind {
    case .introspection(let plan): plan.inquiry
    case .external(let plan): plan.inquiry
    case .apiKey, .basic, .certificate, .jwt: nil
    }
  }

  /// Where it can't be told who a client is, the client may come in as nobody.
  package var failsOpen: Bool {
    if case .external(let plan) = kind { plan.failsOpen } else { false }
  }

  /// It is asked of everybody, whatever they show: no request is without what it verifies.
  package var asksOfEverybody: Bool {
    if case .external(let plan) = kind { plan.places.isEmpty } else { false }
  }

  /// What answers depend on that depend on its credential.
  package var credentials: RequestReads {
    guard case .certificate = kind else { return shown }
    // No field of a request tells of it.
    var reads = RequestReads()
    reads.headers = .all
    return reads
  }

  /// What of a request it knows clients by; a certificate is none of a request.
  package var shown: RequestReads {
    places.reduce(RequestReads()) { $0.union($1.reads) }.union(inquiry?.reads ?? RequestReads())
  }

  private var places: [CredentialPlace] {
    switch kind {
    case .apiKey(let plan): plan.places
    case .basic: [BasicPlan.place]
    case .certificate: []
    case .jwt(let plan): plan.places
    case .introspection(let plan): plan.places
    case .external(let plan): plan.places
    }
  }
}

/// Keys that clients are given. A value.
package struct APIKeyPlan: Sendable {
  /// Tried in this order; a key at two of them is none.
  package var places: [CredentialPlace]
  package var keys: Secret<[APIKeyEntry]>
  /// Keys that are not among these may be in Redis.
  package var asksRedis = false
  /// The key stays in what goes to backends.
  package var isPassed = false

  package init(_ places: [CredentialPlace], _ keys: [APIKeyEntry]) {
    self.places = places
    self.keys = Secret(keys)
  }
}

/// One client's keys, and what is known of it. A value.
package struct APIKeyEntry: Sendable {
  /// The subject of its identity.
  package var id: String
  /// SHA-256 of each key, in lower-case hex; none of an entry in Redis, which is found by it.
  package var hashes: [String]
  package var plan: String?
  package var groups: [String] = []
  /// In milliseconds since 1970: from then on it is not valid. `nil`: it stays valid.
  package var expires: Int64?
  package var isDisabled = false
  /// All other members of the entry.
  package var fields = JSONObject()

  package init(id: String, hashes: [String]) {
    self.id = id
    self.hashes = hashes
  }
}

/// Users with passwords (RFC 7617). A value.
package struct BasicPlan: Sendable {
  package static let place = CredentialPlace.header("authorization", scheme: "Basic")
  /// What clients show to people; `nil`: the provider's name.
  package var realm: String?
  /// No two have one name.
  package var users: Secret<[UserEntry]>
  /// User and password stay in what goes to backends.
  package var isPassed = false

  package init(_ users: [UserEntry]) {
    self.users = Secret(users)
  }
}

/// A user. A value.
package struct UserEntry: Sendable {
  /// The subject of its identity.
  package let name: String
  package let hash: PasswordHash

  package init(_ name: String, _ hash: PasswordHash) {
    self.name = name
    self.hash = hash
  }
}

/// The client certificates that are wanted: one match suffices, and without any of these it is every one that a listener
/// has verified. A value.
package struct CertificatePlan: Sendable {
  /// SHA-256, in lower-case hex.
  package var fingerprints: Set<String> = []
  /// RFC 4514, the most specific part first; `,*` at the end stands for any rest, and for none.
  package var subjects: [String] = []
  package var sans: [NamePattern] = []

  package init() {}
}
