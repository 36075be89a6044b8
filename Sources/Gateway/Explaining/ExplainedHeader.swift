import JSONText

/// A header that goes upstream, or comes back.
struct ExplainedHeader {
  enum Origin: String {
    /// Of the definition.
    case definition
    /// The client's own, sent on.
    case client
    case weft
  }

  var name: String
  /// `nil`: whatever the client sends, where it sends it.
  var value: String?
  var origin: Origin

  var text: String {
    (value.map { "\(name): \($0)" } ?? name) + (origin == .client ? " (the client's)" : "")
  }

  var json: JSONValue {
    ["name": .string(name), "value": value.map { .string($0) } ?? .null, "from": .string(origin.rawValue)]
  }
}
