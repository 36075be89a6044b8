import JSONText

/// What `log` says of lines beside their level. A value.
package struct LogPlan: Hashable, Sendable {
  package enum Format: String, CaseIterable, Hashable, Sendable {
    case text, json
  }

  package var format = Format.text
  /// The share of requests that have a line, 0 to 1.
  package var sample = 1.0
  /// Requests that took as long have a line in any case; `nil`: none has.
  package var slow: Duration?
  /// The file that lines of requests go to, as its folder was given; `nil`: standard error.
  package var file: String?
  package var redact = Redaction()
  package var fields = LogFields()

  package init() {}
}

/// What of a request is told nowhere: not in the log, and not where requests are shown, where more is hidden (`SecretParts`).
/// A value.
package struct Redaction: Hashable, Sendable {
  /// What stands in its place.
  package static let mark = "***"
  /// Names of query parameters, decoded.
  package var query: [String] = []
  /// Lower-case names.
  package var headers: [String] = []

  package init() {}

  package func hides(parameter name: String) -> Bool { query.contains(name) }

  /// - Parameter name: in lower case.
  package func hides(header name: String) -> Bool { headers.contains(name) || SecretName.credentials.contains(name) }
}

/// What lines of requests have beside what they always have. A value; two are equal where they are written alike.
package struct LogFields: Hashable, Sendable {
  package static let most = 16

  package struct Field: Sendable {
    package let name: String
    package let value: TextTemplate

    package init(_ name: String, _ value: TextTemplate) {
      (self.name, self.value) = (name, value)
    }
  }

  /// In the definition's order, `most` at most.
  package let all: [Field]
  /// Inputs of the request that they read.
  package let reads: RequestReads
  package let env: JSONObject

  package init(_ all: [Field] = [], reads: RequestReads = RequestReads(), env: JSONObject = JSONObject()) {
    (self.all, self.reads, self.env) = (all, reads, env)
  }

  private var texts: [String] { all.flatMap { [$0.name, $0.value.source] } + env.members.map { "\($0.value.text)" } }

  package static func == (left: LogFields, right: LogFields) -> Bool { left.texts == right.texts }

  package func hash(into hasher: inout Hasher) { hasher.combine(texts) }
}
