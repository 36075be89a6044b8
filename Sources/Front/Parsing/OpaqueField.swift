/// A header line whose value may be no text. A value.
package struct OpaqueField: Equatable, Sendable {
  package let name: String
  /// Without CR, LF and NUL, trimmed.
  package let value: [UInt8]
}
