import Messages

/// Header lines as bytes, where a value is not UTF-8, which RFC 9110 §5.5 allows: all lines of such a name, whose order
/// means something, in the client's order and spelling. A value; costs nothing where there is none.
package struct OpaqueFields: Equatable, Sendable {
  package private(set) var lines: [OpaqueField] = []
  /// Lower-case.
  private var names: Set<String> = []

  package init() {}

  /// `values` holds the bytes of those that are not UTF-8, by their place in `fields`.
  package init(_ fields: [(String, String)], _ values: [Int: [UInt8]]) {
    if values.isEmpty { return }
    names = Set(values.keys.map { fields[$0].0.lowercased() })
    for (place, field) in fields.enumerated() where names.contains(field.0.lowercased()) {
      lines.append(OpaqueField(name: field.0, value: values[place] ?? Array(field.1.utf8)))
    }
  }

  /// Whether the lines of a name, in any case, are among them.
  package func contains(_ name: String) -> Bool {
    !names.isEmpty && names.contains(name.lowercased())
  }

  /// - Parameter name: in lower case.
  mutating func remove(_ name: String) {
    if names.remove(name) != nil { lines.removeAll { $0.name.lowercased() == name } }
  }

  /// A text for the lines of such a name, which tells them from all others, and from any value that is text: values
  /// that differ in bytes which are no text are one value where they are read as text. `nil` where there are none.
  package func text(of name: String) -> String? {
    guard contains(name) else { return nil }
    let values = lines.filter { $0.name.lowercased() == name }.map { line in
      line.value.withUnsafeBytes { Hexadecimal.text($0) }
    }
    return "\0" + values.joined(separator: ",")
  }
}

/// A header line whose value may be no text. A value.
package struct OpaqueField: Equatable, Sendable {
  package let name: String
  /// Without CR, LF and NUL, trimmed.
  package let value: [UInt8]
}
