/// The keys of one kind of mapping: a struct whose properties are the `Key`s, in the order of the reference.
protocol KeySet {
  init()
  /// "Route": heading and link of the reference.
  static var title: String { get }
  /// "a route": what has the keys, in messages.
  static var noun: String { get }
  /// What stands above the table in the reference.
  static var introduction: String { get }
  /// Advice for a key that belongs elsewhere.
  static func advice(for unknown: String) -> String?
  /// What keys mean for one another, for editors; the decoder tells it in its own words.
  static var relations: [KeyRelation] { get }
}

extension KeySet {
  static var anchor: String { title.lowercased().replacing(" ", with: "-").replacing(".", with: "") }

  /// Found by reflection, so that a key can't be declared and left out.
  static var all: [any KeyDescription] {
    Mirror(reflecting: Self()).children.compactMap { $0.value as? any KeyDescription }
  }

  static func advice(for unknown: String) -> String? { nil }

  static var relations: [KeyRelation] { [] }
}

/// A key of the language that this version does not have yet: known, so that using it says so.
struct LaterKey: KeyDescription {
  let name: String
  let shape = Shape.value
  let summary: String
  /// What to do meanwhile.
  let advice: String
  var defaultText: String? { nil }
  var example: String { "" }
  var isRequired: Bool { false }
  var isAvailable: Bool { false }

  init(_ name: String, _ summary: String, advice: String = "remove it") {
    self.name = name
    self.summary = summary
    self.advice = advice
  }

  func check(_ value: YAMLNode, _ loading: Loading) {}
}
