import NIOHTTP1

extension HTTPHeaders {
  /// All lines of a name as one (RFC 9110 §5.3); `nil` without one.
  package func joined(_ name: String) -> String? {
    let values = self[name]
    return values.isEmpty ? nil : values.joined(separator: ", ")
  }
}
