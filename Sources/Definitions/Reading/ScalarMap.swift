import Plans

/// Maps an offset in a scalar's value back to where that stands in the file, through quotes, escapes, folded lines and
/// the indentation of blocks. It walks both side by side; made only for an error, so it need not be fast.
struct ScalarMap {
  private let lines: [[Unicode.Scalar]]
  private var line: Int
  private var column: Int
  /// Of a block scalar's lines.
  private var indent = 0
  private let style: YAMLNode.Style
  /// The last character was a line break of a fold whose other breaks are already passed.
  private var inFold = false

  /// The place of a byte of the scalar's value; its end where the offset is beyond it.
  static func location(ofByte offset: Int, in node: YAMLNode, _ file: SourceFile) -> SourceLocation {
    guard case .scalar(let value, let style) = node.content, node.location.file == file.name else {
      return node.location
    }
    var map = ScalarMap(lines: file.lines, start: node.location, style: style, value: value)
    var passed = 0
    for scalar in value.unicodeScalars {
      map.settle(before: scalar)
      if passed >= offset { break }
      guard map.pass(scalar) else { return node.location }
      passed += String(scalar).utf8.count
    }
    return file.location(line: map.line + 1, column: map.column + 1)
  }

  private init(lines: [[Unicode.Scalar]], start: SourceLocation, style: YAMLNode.Style, value: String) {
    self.lines = lines
    self.style = style
    line = start.line - 1
    column = start.column - 1
    skipProperties()
    switch style {
    case .plain: break
    case .singleQuoted, .doubleQuoted: column += 1
    case .literal, .folded:
      line += 1
      let content = lines[min(line, lines.count)...].first { $0.contains { $0 != " " } } ?? []
      let inValue = value.split(separator: "\n").first { $0.contains { $0 != " " } } ?? ""
      indent = content.prefix { $0 == " " }.count - inValue.prefix { $0 == " " }.count
      column = indent
    }
  }

  /// An anchor and a tag stand before the scalar and are part of its place.
  private mutating func skipProperties() {
    while current == "&" || current == "!" {
      while let scalar = current, scalar != " ", scalar != "\t" { column += 1 }
      while current == " " || current == "\t" { column += 1 }
      if current == nil { nextContent() }
    }
  }

  private var current: Unicode.Scalar? {
    lines.indices.contains(line) && lines[line].indices.contains(column) ? lines[line][column] : nil
  }

  private var isAtLineEnd: Bool {
    guard lines.indices.contains(line) else { return true }
    return lines[line].dropFirst(column).allSatisfy { $0 == " " || $0 == "\t" }
  }

  private mutating func nextContent() {
    repeat { line += 1 } while line < lines.count && lines[line].allSatisfy { $0 == " " || $0 == "\t" }
    column = line < lines.count ? lines[line].prefix { $0 == " " || $0 == "\t" }.count : 0
  }

  /// Skips what stands for nothing: a `\` at the end of a line of a double-quoted scalar.
  private mutating func settle(before scalar: Unicode.Scalar) {
    while style == .doubleQuoted, current == "\\", lines[line].count == column + 1 { nextContent() }
  }

  /// Moves behind one character of the value; `false` where the file does not agree.
  private mutating func pass(_ scalar: Unicode.Scalar) -> Bool {
    if inFold && scalar == "\n" { return true }
    inFold = false
    switch style {
    case .literal: return passLiteral(scalar)
    case .folded: return passFolded(scalar)
    case .plain, .singleQuoted, .doubleQuoted: return passFlow(scalar)
    }
  }

  private mutating func passLiteral(_ scalar: Unicode.Scalar) -> Bool {
    if scalar == "\n" {
      line += 1
      column = indent
      return true
    }
    guard current == scalar else { return false }
    column += 1
    return true
  }

  private mutating func passFolded(_ scalar: Unicode.Scalar) -> Bool {
    if current == scalar {
      column += 1
      return true
    }
    guard current == nil, scalar == " " || scalar == "\n" else { return false }
    repeat { line += 1 } while line < lines.count && lines[line].allSatisfy { $0 == " " }
    column = indent
    inFold = scalar == "\n"
    return true
  }

  private mutating func passFlow(_ scalar: Unicode.Scalar) -> Bool {
    if isAtLineEnd, scalar == " " || scalar == "\n" {
      nextContent()
      inFold = scalar == "\n"
      return true
    }
    guard let current else { return false }
    if style == .doubleQuoted, current == "\\" {
      let kind = lines[line].indices.contains(column + 1) ? lines[line][column + 1] : " "
      column += kind == "x" ? 4 : kind == "u" ? 6 : kind == "U" ? 10 : 2
      return true
    }
    guard current == scalar else { return false }
    column += style == .singleQuoted && scalar == "'" ? 2 : 1
    return true
  }
}
