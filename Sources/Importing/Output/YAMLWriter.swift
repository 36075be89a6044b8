/// Writes definitions as people write them: blocks, short lists on one line, quotes only where they are needed.
struct YAMLWriter {
  /// What is said before the entries that come from a path.
  private let notes: [String: [String]]
  private var lines: [String] = []
  private static let width = 118

  /// - Parameter comments: what the file begins with.
  /// - Returns: the text, with each remark before the entry that comes from the nearest place above its own.
  static func text(_ files: [YAMLMapping], remarks: [ImportRemark], comments: [[String]]) -> [String] {
    var origins: Set<String> = []
    for file in files { collect(file, into: &origins) }
    var notes: [String: [String]] = [:]
    var rest: [String] = []
    for remark in remarks {
      let note = "import: \(remark.place): \(remark.message)"
      if let origin = nearest(remark.path, in: origins) {
        notes[origin, default: []].append(note)
      } else {
        rest.append(note)
      }
    }
    return files.enumerated().map { index, file in
      var writer = YAMLWriter(notes: notes)
      let head = comments[index] + (index == files.count - 1 ? rest : [])
      for comment in head { writer.comment(comment, indent: "") }
      if !head.isEmpty { writer.lines.append("") }
      writer.write(file, indent: "", isTop: true)
      return writer.lines.joined(separator: "\n") + "\n"
    }
  }

  private static func collect(_ mapping: YAMLMapping, into origins: inout Set<String>) {
    for entry in mapping.entries {
      origins.formUnion(entry.origins)
      if case .mapping(let inner) = entry.value { collect(inner, into: &origins) }
    }
  }

  /// The longest of the origins that the path is at or below.
  private static func nearest(_ path: String, in origins: Set<String>) -> String? {
    var path = Substring(path)
    while !path.isEmpty {
      if origins.contains(String(path)) { return String(path) }
      guard let slash = path.lastIndex(of: "/") else { return nil }
      path = path[..<slash]
    }
    return nil
  }

  private init(notes: [String: [String]]) { self.notes = notes }

  private mutating func write(_ mapping: YAMLMapping, indent: String, isTop: Bool = false) {
    for (index, entry) in mapping.entries.enumerated() {
      if isTop, index > 0 { lines.append("") }
      for comment in entry.comments + entry.origins.flatMap({ notes[$0] ?? [] }) {
        self.comment(comment, indent: indent)
      }
      let start = lines.count
      write(entry.name, entry.value, indent: indent)
      guard entry.isProposal else { continue }
      for line in start..<lines.count { lines[line] = indent + "# " + lines[line].dropFirst(indent.count) }
    }
  }

  private mutating func write(_ name: String, _ value: YAMLTree, indent: String) {
    let key = "\(indent)\(Self.key(name)):"
    switch value {
    case .mapping(let inner) where !inner.entries.isEmpty:
      lines.append(key)
      write(inner, indent: indent + "  ")
    case .block(let elements) where !elements.isEmpty:
      lines.append(key)
      for element in elements { self.element(element, indent: indent + "  ") }
    case .list(let elements) where !elements.isEmpty:
      let line = "\(key) \(Self.flow(value))"
      if line.count <= Self.width { return lines.append(line) }
      write(name, .block(elements), indent: indent)
    case .text(let text) where text.count + key.count > Self.width && Self.canFold(text):
      lines.append("\(key) >-")
      fold(text, indent: indent + "  ")
    default: lines.append("\(key) \(Self.isFlow(value) ? Self.flow(value) : Self.scalar(value, inFlow: false))")
    }
  }

  /// Whether a folded block gives the text back: single spaces between words, and nothing that wants quotes.
  private static func canFold(_ text: String) -> Bool {
    !text.contains("  ") && text.first != " " && text.last != " "
      && text.unicodeScalars.allSatisfy { (0x20...0x7E).contains($0.value) || $0.properties.isAlphabetic }
  }

  private mutating func fold(_ text: String, indent: String) {
    var line = ""
    for word in text.split(separator: " ", omittingEmptySubsequences: false) {
      if !line.isEmpty, indent.count + line.count + word.count >= Self.width {
        lines.append(indent + line)
        line = String(word)
      } else {
        line += (line.isEmpty ? "" : " ") + word
      }
    }
    lines.append(indent + line)
  }

  private mutating func element(_ value: YAMLTree, indent: String) {
    guard case .mapping(let inner) = value, !inner.entries.isEmpty else {
      lines.append("\(indent)- \(Self.isFlow(value) ? Self.flow(value) : Self.scalar(value, inFlow: false))")
      return
    }
    let start = lines.count
    write(inner, indent: indent + "  ")
    lines[start] = indent + "- " + lines[start].dropFirst(indent.count + 2)
  }

  private mutating func comment(_ text: String, indent: String) {
    // Nothing of a configuration ends a comment.
    let line = String(
      String.UnicodeScalarView(text.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : $0 }))
    lines.append("\(indent)# \(line)")
  }

  private static func isFlow(_ value: YAMLTree) -> Bool { !value.isScalar }

  private static func flow(_ value: YAMLTree) -> String {
    switch value {
    case .list(let elements), .block(let elements): "[\(elements.map(flow).joined(separator: ", "))]"
    case .mapping(let inner), .inline(let inner):
      inner.entries.isEmpty
        ? "{}"
        : "{ \(inner.entries.map { "\(key($0.name, inFlow: true)): \(flow($0.value))" }.joined(separator: ", ")) }"
    default: scalar(value, inFlow: true)
    }
  }

  private static func key(_ name: String, inFlow: Bool = false) -> String {
    YAMLScalar.text(name, inFlow: inFlow, isKey: true)
  }

  private static func scalar(_ value: YAMLTree, inFlow: Bool) -> String {
    switch value {
    case .bare(let text): text
    case .text(let text): YAMLScalar.text(text, inFlow: inFlow)
    default: ""
    }
  }
}
