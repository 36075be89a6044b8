/// Header values whose parts may be quoted strings (RFC 9110 §5.6.4). Read by bytes: what a client puts before or
/// behind a separator can't join it to one `Character` and so hide it.
enum QuotedList {
  /// Parts between separators that stand outside of quotes; `nil` where a quote is left open.
  static func split(_ text: some StringProtocol, at separator: Unicode.Scalar) -> [Substring]? {
    let text = Substring(text)
    var parts: [Substring] = []
    var start = text.startIndex
    var isQuoted = false
    var isEscaped = false
    for index in text.utf8.indices {
      let byte = text.utf8[index]
      if isEscaped {
        isEscaped = false
      } else if isQuoted && byte == UInt8(ascii: "\\") {
        isEscaped = true
      } else if byte == UInt8(ascii: "\"") {
        isQuoted.toggle()
      } else if byte == UInt8(ascii: separator) && !isQuoted {
        parts.append(Substring(text.utf8[start..<index]))
        start = text.utf8.index(after: index)
      }
    }
    parts.append(Substring(text.utf8[start...]))
    return isQuoted ? nil : parts
  }

  static func unquoted(_ text: Substring) -> String {
    guard text.utf8.isQuoted else { return String(text) }
    var result: [UInt8] = []
    var isEscaped = false
    for byte in text.utf8.dropFirst().dropLast() {
      if byte == UInt8(ascii: "\\") && !isEscaped {
        isEscaped = true
      } else {
        result.append(byte)
        isEscaped = false
      }
    }
    return String(decoding: result, as: UTF8.self)
  }

  /// A token as it is, anything else as a quoted string.
  static func writeTokenOrQuoted(_ text: String, to bytes: inout [UInt8]) {
    if !text.isEmpty && text.utf8.allSatisfy({ HeadSyntax.isToken($0) }) { return bytes.append(contentsOf: text.utf8) }
    bytes.append(UInt8(ascii: "\""))
    for byte in text.utf8 {
      if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { bytes.append(UInt8(ascii: "\\")) }
      bytes.append(byte)
    }
    bytes.append(UInt8(ascii: "\""))
  }
}

extension Substring.UTF8View {
  /// Within double quotes.
  var isQuoted: Bool { count >= 2 && first == UInt8(ascii: "\"") && last == UInt8(ascii: "\"") }
}
