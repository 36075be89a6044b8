import JMESPath
import JSONText

/// What of a JSON value is not as it was expected, place by place. A value.
package struct JSONDifference {
  /// More are not told.
  static let mostLines = 20
  /// The most that is shown of a value, in characters.
  private static let longestValue = 120

  package private(set) var lines: [String] = []
  private let isExact: Bool

  /// - Parameter isExact: no members may be there that were not expected.
  package init(_ expected: JSONValue, _ found: JSONValue, isExact: Bool, at place: String = "body") {
    self.isExact = isExact
    compare(expected, found, place)
  }

  private mutating func compare(_ expected: JSONValue, _ found: JSONValue, _ place: String) {
    guard lines.count < Self.mostLines else { return }
    switch (expected.kind, found.kind) {
    case (.object, .object): compare(members: expected, found, place)
    case (.array, .array): compare(elements: expected, found, place)
    default:
      if !expected.isEqual(to: found) { note(place, "expected \(Self.text(expected)), found \(Self.text(found))") }
    }
  }

  private mutating func compare(members expected: JSONValue, _ found: JSONValue, _ place: String) {
    let names = expected.memberNames
    for name in names {
      let inner = "\(place).\(name)"
      guard let own = found[member: name] else {
        note(inner, "expected \(Self.text(expected[member: name] ?? .null)), found nothing")
        continue
      }
      compare(expected[member: name] ?? .null, own, inner)
    }
    guard isExact else { return }
    for name in found.memberNames where !names.contains(name) {
      note("\(place).\(name)", "not expected: \(Self.text(found[member: name] ?? .null))")
    }
  }

  private mutating func compare(elements expected: JSONValue, _ found: JSONValue, _ place: String) {
    let (expected, found) = (expected.elements ?? [], found.elements ?? [])
    for (index, pair) in zip(expected, found).enumerated() { compare(pair.0, pair.1, "\(place)[\(index)]") }
    if expected.count != found.count {
      note(place, "expected \(expected.count) elements, found \(found.count)")
    }
  }

  private mutating func note(_ place: String, _ text: String) {
    if lines.count == Self.mostLines { return }
    lines.append("\(place): \(text)")
    if lines.count == Self.mostLines { lines.append("…") }
  }

  static func text(_ value: JSONValue) -> String {
    let text = value.jsonText
    return text.count > longestValue ? "\(text.prefix(longestValue))…" : text
  }
}

extension JSONValue {
  /// As expressions have it: numbers by their value.
  package func isEqual(to other: JSONValue) -> Bool {
    let scope = JSONValue.object(JSONObject([.init(name: "a", value: self), .init(name: "b", value: other)]))
    return (try? Self.equality?.evaluate(scope).bool) == true
  }

  private static let equality = try? Expression.compile("a == b")

  /// In their order, each once.
  var memberNames: [String] {
    let all: [String] =
      switch self {
      case .object(let object): object.members.map(\.name)
      case .slice(let slice) where slice.kind == .object: slice.members.compactMap { $0.key.string }
      default: []
      }
    var seen: Set<String> = []
    return all.filter { seen.insert($0).inserted }
  }
}
