import JSONText

/// JSON as YAML in block style. Strings stand in double quotes where anything else could be read into them.
enum YAMLText {
  /// With a line break at the end.
  static func text(of value: JSONValue) -> String {
    var text = ""
    write(value, into: &text, indent: 0, isInline: false)
    return text
  }

  /// - Parameter isInline: something stands before it in its line.
  private static func write(_ value: JSONValue, into text: inout String, indent: Int, isInline: Bool) {
    let spaces = String(repeating: " ", count: indent)
    let members = value.namedMembers
    if !members.isEmpty {
      for (index, member) in members.enumerated() {
        text += index == 0 && isInline ? "" : spaces
        text += scalar(member.name) + ":"
        writeBehindColon(member.value, into: &text, indent: indent)
      }
    } else if let elements = value.elements, !elements.isEmpty {
      for (index, element) in elements.enumerated() {
        text += index == 0 && isInline ? "- " : spaces + "- "
        write(element, into: &text, indent: indent + 2, isInline: true)
      }
    } else {
      text += leaf(value) + "\n"
    }
  }

  private static func writeBehindColon(_ value: JSONValue, into text: inout String, indent: Int) {
    if value.namedMembers.isEmpty, value.elements?.isEmpty != false {
      text += " " + leaf(value) + "\n"
    } else {
      text += "\n"
      write(value, into: &text, indent: indent + 2, isInline: false)
    }
  }

  private static func leaf(_ value: JSONValue) -> String { value.string.map(scalar) ?? value.jsonText }

  private static func scalar(_ text: String) -> String {
    isPlain(text) ? text : JSONValue.string(text).jsonText
  }

  /// A word that no version of YAML takes for anything else.
  private static func isPlain(_ text: String) -> Bool {
    let words: Set = ["null", "true", "false", "yes", "no", "on", "off", "y", "n"]
    guard text.wholeMatch(of: /[A-Za-z$\/][A-Za-z0-9_\/{}.$+-]*(?: [A-Za-z0-9_\/.`-]+)*/) != nil else { return false }
    return !words.contains(text.lowercased())
  }
}

extension JSONValue {
  fileprivate var namedMembers: [(name: String, value: JSONValue)] {
    switch self {
    case .object(let object): object.members.map { ($0.name, $0.value) }
    case .slice(let slice): slice.members.map { ($0.key.string ?? "", .slice($0.value)) }
    default: []
    }
  }
}
