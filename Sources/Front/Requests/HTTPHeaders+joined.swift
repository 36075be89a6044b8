import NIOHTTP1

extension HTTPHeaders {
  /// All lines of a name as one (RFC 9110 §5.3); `nil` without one.
  package func joined(_ name: String) -> String? {
    let values = self[name]
    return values.isEmpty ? nil : values.joined(separator: ", ")
  }
}

extension String? {
  /// Takes another line of the same name behind those before it.
  package mutating func join(_ line: String) {
    guard self != nil else { return self = line }
    self! += ", "
    self! += line
  }
}
