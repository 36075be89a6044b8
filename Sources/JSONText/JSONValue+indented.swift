extension JSONValue {
  /// For people: members and elements each on a line of their own, two spaces deeper, and on one line what fits there.
  /// Numbers and strings of a document stay as they came.
  /// - Parameter width: how many bytes a line may have before its value is broken up.
  public func indented(width: Int = 110) -> String {
    var text = ""
    write(into: &text, indent: 0, start: 0, width)
    return text
  }

  /// - Parameter start: where in its line the value begins.
  private func write(into text: inout String, indent: Int, start: Int, _ width: Int) {
    let line = onOneLine
    // One for the comma.
    guard let (open, items, close) = items, start + line.utf8.count + 1 > width else {
      text += line
      return
    }
    let spaces = String(repeating: " ", count: indent + 2)
    text += open
    for (index, item) in items.enumerated() {
      text += "\(index == 0 ? "" : ",")\n\(spaces)\(item.name)"
      item.value.write(into: &text, indent: indent + 2, start: indent + 2 + item.name.utf8.count, width)
    }
    text += "\n\(spaces.dropLast(2))\(close)"
  }

  private var onOneLine: String {
    guard let (open, items, close) = items else { return jsonText }
    let blank = open == "{" ? " " : ""
    return open + blank + items.map { $0.name + $0.value.onOneLine }.joined(separator: ", ") + blank + close
  }

  /// What it holds, with names as they are written; `nil` for scalars and for what is empty.
  private var items: (open: String, items: [(name: String, value: JSONValue)], close: String)? {
    let named: [(name: String, value: JSONValue)]
    switch self {
    case .object(let object): named = object.members.map { ("\(JSONValue.string($0.name).jsonText): ", $0.value) }
    case .slice(let slice): named = slice.members.map { ("\($0.key.source): ", .slice($0.value)) }
    default: named = []
    }
    if !named.isEmpty { return ("{", named, "}") }
    guard let elements, !elements.isEmpty else { return nil }
    return ("[", elements.map { ("", $0) }, "]")
  }
}
