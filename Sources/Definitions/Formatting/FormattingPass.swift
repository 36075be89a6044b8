import CYaml

/// One pass over the tokens of a file, which gives each line its new indentation and its new spaces. *Confined to* the
/// call that formats.
struct FormattingPass {
  /// A collection in block style that is open.
  private struct Level {
    let isSequence: Bool
    let old: Int
    let new: Int
    /// Entries of a sequence that stand in the mapping's own column.
    var dashes: Int?
    /// The key that was last read.
    var key = ""

    /// Where entries of what is inside begin.
    var inner: Int { (dashes != nil ? new + 2 : new) + 2 }
  }

  private static let step = 2

  private let file: SourceFile
  private let tokens: [YAMLToken]
  private(set) var lines: [FormattedLine]
  private var levels: [Level] = []
  private var flowDepth = 0
  /// The new indentation of the line in which the outermost flow collection began.
  private var flowBase = 0
  /// The columns that are open behind the last token of each line, old and new.
  private var columns: [Int: [(old: Int, new: Int)]] = [:]
  private var startsOfRoutes: [(line: Int, isFirst: Bool)] = []
  private var lastLineOfRoute = 0

  init(_ file: SourceFile) {
    self.file = file
    tokens = YAMLToken.all(of: file)
    lines = file.lines.map { text in
      let first = text.first { $0 != " " && $0 != "\t" }
      return FormattedLine(first == nil ? .blank : first == "#" ? .comment : .content, text)
    }
    markScalars()
    indent()
    placeComments()
    space()
    separateRoutes()
  }

  /// Marks the lines after the first of scalars that have several.
  private mutating func markScalars() {
    for token in tokens where token.type == YAML_SCALAR_TOKEN && token.end.line > token.start.line {
      for line in scalarLines(token) { lines[line] = FormattedLine(.scalar, file.lines[line]) }
    }
  }

  /// What follows the first line, without blank lines behind a block scalar that says nothing of them.
  private func scalarLines(_ token: YAMLToken) -> Range<Int> {
    let isOpenEnd = token.end.column == 0 && token.isBlockScalar
    var last = min(token.end.line - (isOpenEnd ? 1 : 0), file.lines.count - 1)
    if token.isBlockScalar {
      // Comments behind it, and blank lines before them, are none of it.
      while last > token.start.line, !isContent(last) { last -= 1 }
    }
    return token.start.line + 1..<max(last, token.start.line) + 1
  }

  private func isContent(_ line: Int) -> Bool { file.lines[line].contains { $0 != " " && $0 != "\t" } }

  // MARK: Indentation

  private mutating func indent() {
    var seen = -1
    for (index, token) in tokens.enumerated() {
      open(token, index)
      guard token.isVisible else { continue }
      if token.start.line > seen {
        seen = token.start.line
        lines[seen].indent = column(of: token, index)
      }
      follow(token)
      if token.type == YAML_SCALAR_TOKEN, token.end.line > token.start.line {
        shift(token)
        seen = max(seen, token.isBlockScalar ? scalarLines(token).upperBound - 1 : token.end.line)
      }
      columns[token.start.line] = levels.flatMap { level in
        [(level.old, level.new)] + (level.dashes.map { [($0, level.new + Self.step)] } ?? [])
      }
    }
  }

  /// What begins or ends before the token itself is placed.
  private mutating func open(_ token: YAMLToken, _ index: Int) {
    switch token.type {
    case YAML_BLOCK_MAPPING_START_TOKEN, YAML_BLOCK_SEQUENCE_START_TOKEN:
      let isSequence = token.type == YAML_BLOCK_SEQUENCE_START_TOKEN
      levels.append(Level(isSequence: isSequence, old: token.start.column, new: levels.last?.inner ?? 0))
    case YAML_BLOCK_END_TOKEN: _ = levels.popLast()
    case YAML_KEY_TOKEN where flowDepth == 0:
      if let last = levels.indices.last {
        levels[last].dashes = nil
        noteKey(index, in: last)
      }
    case YAML_BLOCK_ENTRY_TOKEN:
      if let last = levels.indices.last, !levels[last].isSequence { levels[last].dashes = token.start.column }
    default: break
    }
  }

  private mutating func noteKey(_ index: Int, in last: Int) {
    guard let key = tokens[index...].first(where: { $0.type == YAML_SCALAR_TOKEN }) else { return }
    levels[last].key = key.value
    if levels.count == 2, levels[0].key == "routes", !levels[1].isSequence {
      startsOfRoutes.append((key.start.line, startsOfRoutes.isEmpty))
    }
  }

  /// Of the first token of a line.
  private func column(of token: YAMLToken, _ index: Int) -> Int {
    if flowDepth > 0 {
      let isEnd = token.type == YAML_FLOW_SEQUENCE_END_TOKEN || token.type == YAML_FLOW_MAPPING_END_TOKEN
      return flowBase + Self.step * (isEnd ? flowDepth - 1 : flowDepth)
    }
    guard let level = levels.last else { return 0 }
    switch token.type {
    case YAML_BLOCK_ENTRY_TOKEN: return level.dashes == nil ? level.new : level.new + Self.step
    case YAML_DOCUMENT_START_TOKEN, YAML_DOCUMENT_END_TOKEN: return 0
    case YAML_KEY_TOKEN, YAML_VALUE_TOKEN: return level.new
    default:
      // A key comes right behind what tells that it is one; else this is a value in a line of its own.
      let isKey = index > 0 && tokens[index - 1].type == YAML_KEY_TOKEN
      return isKey ? level.new : level.inner
    }
  }

  private mutating func follow(_ token: YAMLToken) {
    switch token.type {
    case YAML_FLOW_SEQUENCE_START_TOKEN, YAML_FLOW_MAPPING_START_TOKEN:
      if flowDepth == 0 { flowBase = lines[token.start.line].indent }
      flowDepth += 1
    case YAML_FLOW_SEQUENCE_END_TOKEN, YAML_FLOW_MAPPING_END_TOKEN: flowDepth -= 1
    default: break
    }
  }

  /// Moves the lines of a scalar as a whole.
  private mutating func shift(_ token: YAMLToken) {
    let inside = scalarLines(token)
    let first = lines[token.start.line]
    var move = first.indent - first.oldIndent
    let least = (levels.last.map { $0.dashes == nil ? $0.new : $0.new + Self.step } ?? -1) + 1
    guard token.isBlockScalar else {
      for line in inside {
        let isBlank = !isContent(line)
        lines[line].indent = isBlank ? 0 : max(lines[line].oldIndent + move, flowDepth > 0 ? 0 : least)
        if isBlank { lines[line].content = "" }
      }
      return
    }
    let content = inside.first(where: isContent).map { lines[$0].oldIndent } ?? 0
    let header = file.lines[token.start.line][min(token.start.column, first.text.count)...].prefix { $0 != "#" }
    if header.contains(where: { ("1"..."9").contains($0) }) {
      // Counted from the collection that it stands in.
      move = least - 1 - (levels.last?.old ?? 0)
    } else {
      move = (levels.last?.inner ?? Self.step) - content
    }
    for line in inside {
      if isContent(line) {
        lines[line].indent = lines[line].oldIndent + move
      } else {
        // Blanks beyond the indentation are part of the text.
        let blanks = file.lines[line].count
        lines[line].content = blanks > content ? String(repeating: " ", count: blanks - content) : ""
        lines[line].indent = blanks > content ? content + move : 0
      }
    }
  }

  // MARK: Comments

  /// A comment is about what follows where it stands in its column; else it belongs to what is open in its own.
  private mutating func placeComments() {
    var open: [(old: Int, new: Int)] = []
    for (number, line) in lines.enumerated() {
      if let columns = columns[number] { open = columns }
      guard line.kind == .comment else { continue }
      let next = lines[number...].first { $0.kind == .content }
      if let next, next.oldIndent == line.oldIndent || flowContains(number) {
        lines[number].indent = next.indent
      } else if let same = open.last(where: { $0.old == line.oldIndent }) {
        lines[number].indent = same.new
      } else if let next, line.oldIndent < next.oldIndent || open.isEmpty {
        lines[number].indent = next.indent
      } else {
        lines[number].indent = open.last { $0.old <= line.oldIndent }?.new ?? 0
      }
    }
  }

  private func flowContains(_ line: Int) -> Bool {
    var depth = 0
    for token in tokens where token.start.line < line {
      switch token.type {
      case YAML_FLOW_SEQUENCE_START_TOKEN, YAML_FLOW_MAPPING_START_TOKEN: depth += 1
      case YAML_FLOW_SEQUENCE_END_TOKEN, YAML_FLOW_MAPPING_END_TOKEN: depth -= 1
      default: break
      }
    }
    return depth > 0
  }

  // MARK: Spaces and quotes

  private mutating func space() {
    let visible = tokens.filter(\.isVisible)
    var depths: [Int] = []
    var depth = 0
    for token in visible {
      if [YAML_FLOW_SEQUENCE_END_TOKEN, YAML_FLOW_MAPPING_END_TOKEN].contains(token.type) { depth -= 1 }
      depths.append(depth)
      if [YAML_FLOW_SEQUENCE_START_TOKEN, YAML_FLOW_MAPPING_START_TOKEN].contains(token.type) { depth += 1 }
    }
    var contents: [Int: String] = [:]
    for (index, token) in visible.enumerated() {
      let previous = index > 0 ? visible[index - 1] : nil
      let line = token.start.line
      if let previous, !previous.isBlockScalar, previous.end.line == line,
        lines[line].kind != .scalar || previous.start.line < line
      {
        // Behind the end of a scalar of several lines nothing of it is moved.
        if previous.start.line < line {
          contents[line] = text(line, from: lines[line].oldIndent, to: previous.end.column)
        }
        contents[line, default: ""] += gap(previous, token)
      }
      let isTagged = previous?.type == YAML_TAG_TOKEN || previous?.type == YAML_ANCHOR_TOKEN
      let ends = token.end.line == line ? token.end.column : file.lines[line].count
      contents[line, default: ""] += written(token, ends, inFlow: depths[index] > 0, isTagged: isTagged)
      let isLast = index + 1 == visible.count || visible[index + 1].start.line > line
      if isLast, token.end.line == line || token.isBlockScalar {
        addComment(line, behind: token.isBlockScalar ? ends : token.end.column, to: &contents)
      } else if isLast, token.end.line > line,
        index + 1 == visible.count || visible[index + 1].start.line > token.end.line
      {
        keepEnd(of: token, &contents)
      }
    }
    for (line, content) in contents { lines[line].content = content }
  }

  /// The last line of a scalar of several, with what stands behind it.
  private func keepEnd(of token: YAMLToken, _ contents: inout [Int: String]) {
    let line = token.end.line
    guard !token.isBlockScalar, line < lines.count else { return }
    contents[line] = text(line, from: lines[line].oldIndent, to: token.end.column)
    addComment(line, behind: token.end.column, to: &contents)
  }

  private func text(_ line: Int, from start: Int, to end: Int) -> String {
    let scalars = file.lines[line]
    let (start, end) = (min(start, scalars.count), min(end, scalars.count))
    return String(String.UnicodeScalarView(scalars[min(start, end)..<end]))
  }

  private func written(_ token: YAMLToken, _ end: Int, inFlow: Bool, isTagged: Bool) -> String {
    let isQuoted = token.type == YAML_SCALAR_TOKEN && (token.style == .singleQuoted || token.style == .doubleQuoted)
    let isWhole = token.start.line == token.end.line
    if isQuoted, isWhole, !isTagged, PlainScalar.allows(token.value, inFlow: inFlow) { return token.value }
    if token.isBlockScalar {
      let header = text(token.start.line, from: token.start.column, to: end)
      return header.split(separator: "#", maxSplits: 1).first.map { String($0).trimmed } ?? header
    }
    return text(token.start.line, from: token.start.column, to: end)
  }

  /// What stands between two tokens of one line.
  private func gap(_ left: YAMLToken, _ right: YAMLToken) -> String {
    switch (left.type, right.type) {
    case (YAML_VALUE_TOKEN, _), (YAML_ALIAS_TOKEN, YAML_VALUE_TOKEN): " "
    case (YAML_FLOW_MAPPING_START_TOKEN, YAML_FLOW_MAPPING_END_TOKEN): ""
    case (_, YAML_FLOW_MAPPING_END_TOKEN): " "
    case (_, YAML_FLOW_SEQUENCE_END_TOKEN), (_, YAML_FLOW_ENTRY_TOKEN), (_, YAML_VALUE_TOKEN): ""
    case (YAML_FLOW_SEQUENCE_START_TOKEN, _): ""
    default: " "
    }
  }

  /// Comments of several lines that stand in one column stay there.
  private func addComment(_ line: Int, behind end: Int, to contents: inout [Int: String]) {
    let scalars = file.lines[line]
    var start = end
    if start == scalars.count, let last = tokens.last(where: { $0.isVisible && $0.start.line == line }),
      last.isBlockScalar
    {
      start = last.start.column
    }
    guard let sign = scalars[min(start, scalars.count)...].firstIndex(of: "#") else { return }
    let before = scalars[..<sign].lastIndex { $0 != " " && $0 != "\t" }.map { $0 + 1 } ?? 0
    let spaces = sign - before
    let content = contents[line] ?? ""
    let column = sign - lines[line].oldIndent
    let room = column - content.unicodeScalars.count
    contents[line] =
      content + String(repeating: " ", count: spaces <= 2 ? spaces : max(1, room))
      + text(line, from: sign, to: scalars.count)
  }

  // MARK: Blank lines

  /// Routes of more than one line have a blank line between them.
  private mutating func separateRoutes() {
    let lastVisible = tokens.last(where: \.isVisible)?.end.line ?? 0
    for (index, route) in startsOfRoutes.enumerated().dropFirst() {
      let next = index + 1 < startsOfRoutes.count ? startsOfRoutes[index + 1].line : lastVisible + 1
      if isLong(startsOfRoutes[index - 1].line, route.line) || isLong(route.line, next) {
        lines[route.line].beginsRoute = true
      }
    }
  }

  /// Whether what begins in a line goes on in another one before `end`.
  private func isLong(_ start: Int, _ end: Int) -> Bool {
    guard start + 1 < end else { return false }
    return lines[(start + 1)..<min(end, lines.count)].contains { line in
      line.kind == .scalar || line.kind == .content && line.oldIndent > lines[start].oldIndent
    }
  }
}

extension String {
  fileprivate var trimmed: String {
    var text = Substring(self)
    while let last = text.last, last == " " || last == "\t" { text = text.dropLast() }
    return String(text)
  }
}
