import JSONText

/// Whose requests a route takes. A value.
package struct AuthPlan: Sendable {
  package enum Rule: Sendable {
    /// The first provider whose credential is there decides.
    case any
    /// Every one's credential is needed.
    case all
  }

  /// The names of providers, in the order in which they are asked; at least one.
  package var providers: [String]
  package var rule: Rule
  /// All of them are needed, of the claims or of the key's entry.
  package var scopes: [String] = []
  /// `true` and nothing else, or the client may not come in; nor where it fails.
  package var requirement: TextTemplate?
  /// Who has no credential may come in.
  package var isOptional = false
  /// What `requirement` reads.
  package var reads = RequestReads()
  /// What answers depend on where it is told by whom they are asked for: the fields that credentials come by.
  package var credentials = RequestReads()
  /// What of a request its providers know clients by.
  package var shown = RequestReads()
  /// The environment variables that `requirement` reads, as members of `env`. Never printed.
  package var env: JSONObject {
    get { secrets.revealed }
    set { secrets = Secret(newValue) }
  }
  private var secrets = Secret(JSONObject())

  package init(_ providers: [String], rule: Rule = .any) {
    self.providers = providers
    self.rule = rule
  }
}
