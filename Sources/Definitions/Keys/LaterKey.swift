/// A key of the language that this version does not have yet: known, so that using it says so.
struct LaterKey: KeyDescription {
  let name: String
  let shape = Shape.value
  let summary: String
  var defaultText: String? { nil }
  var example: String { "" }
  var isRequired: Bool { false }
  var isAvailable: Bool { false }

  init(_ name: String, _ summary: String) {
    self.name = name
    self.summary = summary
  }

  func check(_ value: YAMLNode, _ loading: Loading) {}
}
