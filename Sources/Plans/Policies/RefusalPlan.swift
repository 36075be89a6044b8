import JSONText

/// Requests that are refused by what they say. A value.
package struct RefusalPlan: Sendable {
  package struct Rule: Sendable {
    /// Refused where this is true by JMESPath's notion of truth, or fails.
    package var when: TextTemplate
    /// 400 to 599.
    package var status = Self.defaultStatus
    package var detail: String?

    package static let defaultStatus = 403

    package init(when: TextTemplate) {
      self.when = when
    }
  }

  /// The first that is true answers.
  package var rules: [Rule]
  package var reads = RequestReads()
  /// The environment variables that rules read, as members of `env`. Never printed.
  package var env: JSONObject {
    get { secrets.revealed }
    set { secrets = Secret(newValue) }
  }
  private var secrets = Secret(JSONObject())

  package init(_ rules: [Rule]) {
    self.rules = rules
  }
}
