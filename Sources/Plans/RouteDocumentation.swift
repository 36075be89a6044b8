import JSONText

/// What a route says of itself for those who call it. Nothing of it changes an answer, but defaults of parameters. A value.
package struct RouteDocumentation: Sendable {
  /// A parameter of the path or the query.
  package struct Parameter: Sendable {
    package enum Kind: String, CaseIterable, Sendable {
      case string, integer, number, boolean

      /// Whether a parameter of this kind may be so written.
      package func allows(_ text: String) -> Bool {
        switch self {
        case .string: true
        case .integer:
          JSONNumber(text: text) != nil && text.utf8.allSatisfy { $0 == 0x2D || (0x30...0x39).contains($0) }
        case .number: JSONNumber(text: text) != nil
        case .boolean: ["true", "false"].contains(text)
        }
      }

      /// What is so written, as JSON.
      package func value(_ text: String) -> JSONValue {
        switch self {
        case .string: .string(text)
        case .integer, .number: JSONNumber(text: text).map { .number($0) } ?? .string(text)
        case .boolean: .bool(text == "true")
        }
      }
    }

    package var name: String
    /// `nil`: what its use tells.
    package var kind: Kind?
    /// Stands in where the query has none of that name.
    package var defaultText: String?
    package var description: String?

    package init(_ name: String) {
      self.name = name
    }
  }

  /// An answer as it may be.
  package struct Response: Sendable {
    package var status: Int
    package var description: String?
    package var sample: JSONValue?

    package init(_ status: Int) {
      self.status = status
    }
  }

  package var summary: String?
  package var description: String?
  /// Empty: the name of its BFF.
  package var tags: [String] = []
  package var isDeprecated = false
  /// `nil`: it is made of method and path.
  package var operationID: String?
  package var parameters: [Parameter] = []
  package var responses: [Response] = []

  package init() {}

  /// What stands in for parameters that the query does not have.
  package var queryDefaults: [String: String] {
    Dictionary(parameters.compactMap { one in one.defaultText.map { (one.name, $0) } }) { first, _ in first }
  }
}

/// What the OpenAPI document says of the whole. A value.
package struct OpenAPISettings: Hashable, Sendable {
  package var title = "Weft"
  /// Of the interface, not of the gateway.
  package var version = "1.0.0"
  package var description: String?
  /// URLs; empty: where the document was got.
  package var servers: [String] = []

  package init() {}
}
