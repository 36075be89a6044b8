extension JSONValue {
  /// For people: members and elements each on a line of their own, two spaces deeper, and on one line what fits there.
  /// A slice of a document stays as it came.
  /// - Parameter width: how many bytes a line may have before its value is broken up.
  public func indented(width: Int = 110) -> String {
    var text = ""
    Self.write(self, into: &text, indent: 0, start: 0, width)
    return text
  }

  /// - Parameter start: where in its line the value begins.
  private static func write(_ value: JSONValue, into text: inout String, indent: Int, start: Int, _ width: Int) {
    let line = value.onOneLine
    let items: [(name: String, value: JSONValue)]
    let ends: (open: String, close: String)
    switch value {
    case .object(let object): (items, ends) = (object.members.map { ("\(string($0.name)): ", $0.value) }, ("{", "}"))
    case .array(let elements): (items, ends) = (elements.map { ("", $0) }, ("[", "]"))
    default: (items, ends) = ([], ("", ""))
    }
    // One for the comma.
    guard !items.isEmpty, start + line.utf8.count + 1 > width else {
      text += line
      return
    }
    let spaces = String(repeating: " ", count: indent + 2)
    text += ends.open
    for (index, item) in items.enumerated() {
      text += "\(index == 0 ? "" : ",")\n\(spaces)\(item.name)"
      write(item.value, into: &text, indent: indent + 2, start: indent + 2 + item.name.utf8.count, width)
    }
    text += "\n\(spaces.dropLast(2))\(ends.close)"
  }

  private var onOneLine: String {
    switch self {
    case .object(let object) where !object.isEmpty:
      "{ \(object.members.map { "\(Self.string($0.name)): \($0.value.onOneLine)" }.joined(separator: ", ")) }"
    case .array(let elements) where !elements.isEmpty: "[\(elements.map(\.onOneLine).joined(separator: ", "))]"
    default: jsonText
    }
  }

  private static func string(_ text: String) -> String { JSONValue.string(text).jsonText }
}
