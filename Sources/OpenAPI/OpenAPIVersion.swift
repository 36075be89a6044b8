/// The version of OpenAPI that a document is written in.
package enum OpenAPIVersion: String, CaseIterable, Sendable {
  case latest = "3.1"
  /// For readers that do not know the newer one.
  case older = "3.0"

  /// What the document says of itself.
  var number: String {
    switch self {
    case .latest: "3.1.0"
    case .older: "3.0.3"
    }
  }
}
