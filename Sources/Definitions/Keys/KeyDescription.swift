/// A key as the reference, the schema and the check for unknown keys see it.
protocol KeyDescription {
  var name: String { get }
  var shape: Shape { get }
  var defaultText: String? { get }
  /// One sentence or two.
  var summary: String { get }
  var example: String { get }
  var isRequired: Bool { get }
  var isAvailable: Bool { get }
  /// Reports what is wrong with a value, as far as that can be told from the value alone.
  func check(_ value: YAMLNode, _ loading: Loading)
}
