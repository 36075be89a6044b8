import JSONText

/// What a backend is asked about a client. A value.
package struct InquiryPlan: Sendable {
  /// The longest answer that is read, in bytes: it may be kept with all others.
  package static let longestAnswer = 16 * 1024
  package static let defaultTimeout: Duration = .seconds(5)

  /// The request, as that of a composite's call. That call's rules for answers (`fallback`, `required`) are not looked at.
  package var call: CallPlan
  /// What it reads.
  package var reads = RequestReads()
  /// For how long an answer holds for equal requests; zero: for those alone who wait for it.
  package var lifetime: Duration = .zero
  /// With all attempts.
  package var timeout = InquiryPlan.defaultTimeout
  /// The environment variables that its templates read, as members of `env`. Never printed.
  package var env: JSONObject {
    get { secrets.revealed }
    set { secrets = Secret(newValue) }
  }
  private var secrets = Secret(JSONObject())

  package init(_ call: CallPlan) {
    self.call = call
  }
}

/// Tokens of which their server knows whether they are valid (RFC 7662). A value.
package struct IntrospectionPlan: Sendable {
  /// Tried in this order; a token at two of them is none.
  package var places: [CredentialPlace]
  /// Its body, which has the token, is left out.
  package var inquiry: InquiryPlan

  package init(_ places: [CredentialPlace], _ inquiry: InquiryPlan) {
    self.places = places
    self.inquiry = inquiry
  }
}

/// A service that decides who may come in. A value.
package struct ExternalPlan: Sendable {
  /// Where a credential has to be, tried in this order; empty: the service is asked of everybody.
  package var places: [CredentialPlace]
  package var inquiry: InquiryPlan
  /// While it does not answer, or fails, everybody may come in.
  package var failsOpen = false
  /// It is shown a token of the gateway's, which its 401 is about.
  package var isShownOwnToken = false
  /// Over an answer of 2xx: `true` and nothing else, or the client may not come in. `nil`: it may.
  package var allow: TextTemplate?
  /// Over an answer of 2xx; `nil`: nobody has a subject.
  package var subject: TextTemplate?

  package init(_ places: [CredentialPlace], _ inquiry: InquiryPlan) {
    self.places = places
    self.inquiry = inquiry
  }
}
