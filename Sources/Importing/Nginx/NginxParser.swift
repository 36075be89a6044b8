/// The syntax of nginx' configuration: words, quotes, blocks, comments.
struct NginxParser {
  /// Of blocks in blocks.
  static let maxDepth = 16
  static let maxDirectives = 100_000

  private let scalars: [Unicode.Scalar]
  private var index = 0
  private var line = 1
  private var column = 1
  private var count = 0

  private enum Token {
    case word(String), semicolon, open, close, end
  }

  static func parse(_ text: String) throws(ImportError) -> [NginxDirective] {
    guard text.utf8.count <= DocumentReader.maxBytes else { throw ImportError("the file is too large") }
    var parser = NginxParser(text)
    return try parser.directives(depth: 0, path: "")
  }

  private init(_ text: String) { scalars = Array(text.unicodeScalars) }

  private mutating func directives(depth: Int, path: String) throws(ImportError) -> [NginxDirective] {
    var all: [NginxDirective] = []
    while true {
      skipSpace()
      let place = place
      switch try token() {
      case .end where depth == 0: return all
      case .end: throw ImportError("the file ends within a block; a `}` is missing", at: place)
      case .close where depth > 0: return all
      case .close: throw ImportError("this `}` ends nothing", at: place)
      case .semicolon: throw ImportError("a directive is expected, found `;`", at: place)
      case .open: throw ImportError("a directive is expected, found `{`", at: place)
      case .word(let name):
        all.append(try directive(name, place, depth: depth, path: "\(path)/\(all.count)"))
      }
    }
  }

  private mutating func directive(
    _ name: String, _ place: String, depth: Int, path: String
  ) throws(ImportError) -> NginxDirective {
    count += 1
    guard count <= Self.maxDirectives else {
      throw ImportError("more than \(Self.maxDirectives) directives", at: place)
    }
    var arguments: [String] = []
    while true {
      skipSpace()
      let here = self.place
      switch try token() {
      case .word(let word): arguments.append(word)
      case .semicolon:
        return NginxDirective(name: name, arguments: arguments, block: nil, place: place, path: path)
      case .open:
        guard depth < Self.maxDepth else { throw ImportError("blocks go deeper than \(Self.maxDepth)", at: here) }
        let block = try directives(depth: depth + 1, path: path)
        return NginxDirective(name: name, arguments: arguments, block: block, place: place, path: path)
      case .close, .end: throw ImportError("`\(name)` has no `;` at its end", at: place)
      }
    }
  }

  private var place: String { "\(line):\(column)" }

  private mutating func skipSpace() {
    while let scalar = peek() {
      if scalar == "#" {
        while let next = peek(), next != "\n" { advance() }
      } else if scalar.properties.isWhitespace || scalar == "\u{FEFF}" {
        advance()
      } else {
        return
      }
    }
  }

  private mutating func token() throws(ImportError) -> Token {
    guard let first = peek() else { return .end }
    switch first {
    case ";":
      advance()
      return .semicolon
    case "{":
      advance()
      return .open
    case "}":
      advance()
      return .close
    case "\"", "'": return .word(try quoted(first))
    default: return .word(word())
    }
  }

  private mutating func quoted(_ quote: Unicode.Scalar) throws(ImportError) -> String {
    let start = place
    var text = String.UnicodeScalarView()
    advance()
    while let scalar = peek() {
      advance()
      if scalar == quote { return String(text) }
      if scalar == "\\", let next = peek(), next == quote || next == "\\" {
        text.append(next)
        advance()
      } else {
        text.append(scalar)
      }
    }
    throw ImportError("this quote has no end", at: start)
  }

  /// Up to a space or a sign; `${name}` and braces of regular expressions after a word's sign stay in it.
  private mutating func word() -> String {
    var text = String.UnicodeScalarView()
    while let scalar = peek(), !scalar.properties.isWhitespace, scalar != ";" {
      if scalar == "{" {
        guard text.last == "$" else { break }
        while let inner = peek(), inner != "}" {
          text.append(inner)
          advance()
        }
        guard let close = peek() else { break }
        text.append(close)
        advance()
        continue
      }
      if scalar == "}" { break }
      text.append(scalar)
      advance()
      if scalar == "\\", let next = peek() {
        text.append(next)
        advance()
      }
    }
    return String(text)
  }

  private func peek() -> Unicode.Scalar? { index < scalars.count ? scalars[index] : nil }

  private mutating func advance() {
    if scalars[index] == "\n" {
      line += 1
      column = 1
    } else {
      column += 1
    }
    index += 1
  }
}
