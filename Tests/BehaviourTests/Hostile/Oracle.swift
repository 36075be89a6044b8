/// What bytes mean to the plainest of readers. Shares nothing with the gateway.
enum Oracle {
  static func isAlphanumeric(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
  }

  /// Everything but letters and digits as an escape.
  static func encoded(_ bytes: [UInt8]) -> String {
    bytes.map { byte in
      if isAlphanumeric(byte) { return String(Character(Unicode.Scalar(byte))) }
      let digits = String(byte, radix: 16)
      return "%" + (digits.count == 1 ? "0" : "") + digits
    }.joined()
  }

  /// As a client may write it into a path: as much as possible as it is, slashes and escapes included.
  static func inPath(_ bytes: [UInt8]) -> String {
    bytes.map { byte in
      let isPlain = (0x21..<0x7F).contains(byte) && byte != UInt8(ascii: "#") && byte != UInt8(ascii: "?")
      return isPlain ? String(Character(Unicode.Scalar(byte))) : encoded([byte])
    }.joined()
  }

  /// `nil` where an escape is none.
  static func decoded(_ text: some StringProtocol) -> [UInt8]? {
    var result: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "%") else {
        result.append(byte)
        continue
      }
      let digits = rest.prefix(2)
      guard digits.count == 2, let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 16) else { return nil }
      rest = rest.dropFirst(2)
      result.append(value)
    }
    return result
  }

  /// Between slashes and backslashes.
  static func hasDotSegment(_ bytes: [UInt8]) -> Bool {
    bytes.split { $0 == 0x2F || $0 == 0x5C }.contains { $0.elementsEqual([0x2E]) || $0.elementsEqual([0x2E, 0x2E]) }
  }

  /// Of a path with its escapes, of which those for dots and slashes count, too; perhaps with a parameter (`..;x`).
  static func hasDotSegment(_ path: String) -> Bool {
    var text = path.lowercased()
    for (escape, meaning) in [("%2e", "."), ("%2f", "/"), ("%5c", "/"), ("\\", "/")] {
      text = text.replacing(escape, with: meaning)
    }
    return text.split(separator: "/").contains { segment in
      segment == "." || segment == ".." || segment.hasPrefix(".;") || segment.hasPrefix("..;")
    }
  }

  static func trimmed(_ bytes: [UInt8]) -> String {
    var rest = bytes[...]
    while let first = rest.first, first == 0x20 || first == 9 { rest.removeFirst() }
    while let last = rest.last, last == 0x20 || last == 9 { rest.removeLast() }
    return String(decoding: rest, as: UTF8.self)
  }

  /// The lines of a head after its first, names in lower case. By bytes: a `Character` can hold a blank or a colon
  /// together with what a value begins with.
  static func fields(_ head: [UInt8]) -> [(name: String, value: String)] {
    let lines = head.split(separator: 10).dropFirst().map { $0.last == 13 ? $0.dropLast() : $0 }
    return lines.filter { !$0.isEmpty }.map { line in
      let name = line.prefix { $0 != UInt8(ascii: ":") }
      return (String(decoding: name, as: UTF8.self).lowercased(), trimmed(Array(line.dropFirst(name.count + 1))))
    }
  }

  static func isHeaderValue(_ text: String) -> Bool {
    text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F || $0 == 9 }
  }

  /// A JSON string.
  static func json(_ text: String) -> String {
    "\""
      + text.unicodeScalars.map { scalar in
        switch scalar {
        case "\"", "\\": "\\\(scalar)"
        case "\u{8}": "\\b"
        case "\t": "\\t"
        case "\n": "\\n"
        case "\u{C}": "\\f"
        case "\r": "\\r"
        case "\u{0}"..<"\u{20}": "\\u00" + (scalar.value < 16 ? "0" : "") + String(scalar.value, radix: 16)
        default: String(scalar)
        }
      }.joined() + "\""
  }
}
