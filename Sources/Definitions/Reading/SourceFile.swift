import Plans

/// The text of one definition file, by lines as libyaml counts them.
struct SourceFile: Sendable {
  /// As given to the command: `compositions/mobile.yaml`.
  let name: String
  let text: String
  /// Without their breaks.
  let lines: [[Unicode.Scalar]]

  init(name: String, text: String) {
    self.name = name
    let body = text.unicodeScalars.first == "\u{FEFF}" ? String(text.unicodeScalars.dropFirst()) : text
    self.text = body
    var lines: [[Unicode.Scalar]] = [[]]
    var previous: Unicode.Scalar?
    for scalar in body.unicodeScalars {
      switch scalar {
      case "\n" where previous == "\r": break
      case "\n", "\r", "\u{85}", "\u{2028}", "\u{2029}": lines.append([])
      default: lines[lines.count - 1].append(scalar)
      }
      previous = scalar
    }
    self.lines = lines
  }

  /// The file's name without its folder.
  var lastName: String { name.split(separator: "/").last.map(String.init) ?? name }

  /// The file's name without folder and ending.
  var stem: String {
    let last = lastName
    return last.lastIndex(of: ".").map { String(last[..<$0]) } ?? last
  }

  func line(_ number: Int) -> String? {
    guard lines.indices.contains(number - 1) else { return nil }
    var view = String.UnicodeScalarView()
    view.append(contentsOf: lines[number - 1])
    return String(view)
  }

  /// A line as messages show it; `nil` also where something in it may be a secret.
  func excerpt(_ number: Int) -> String? {
    guard let line = line(number), DefinitionText(name: name, text: line).shown == line else { return nil }
    return line
  }

  /// libyaml counts a line more where the last one has no break: what it finds missing there is missing at the end.
  func location(line: Int, column: Int) -> SourceLocation {
    let last = min(line, lines.count)
    let end = lines[last - 1].count + 1
    return SourceLocation(file: name, line: last, column: last < line ? end : min(column, end))
  }
}
