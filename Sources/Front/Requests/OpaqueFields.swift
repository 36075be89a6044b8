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
}

/// A header line whose value may be no text. A value.
package struct OpaqueField: Equatable, Sendable {
  package let name: String
  /// Without CR, LF and NUL, trimmed.
  package let value: [UInt8]
}
