/// The words of a request, before its target is compiled: `GET users /users/${path.userId}`.
package struct RequestLine: Hashable, Sendable {
  /// The method; empty for a proxy, whose line starts with the backend.
  package var method = ""
  package var methodOffset = 0
  package var backend = ""
  package var backendOffset = 0
  /// The offset in `text` at which the target begins.
  package var targetOffset = 0
  package var text: String

  /// Methods a call may use. CONNECT and TRACE are for connections, not for calls.
  package static let methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]

  /// Makes a line whose target begins at a byte of the text, and that names neither method nor backend.
  package init(target text: String, from offset: Int = 0) {
    self.text = text
    targetOffset = offset
  }

  /// Splits at spaces and line breaks; offsets count bytes of `text`.
  package init(_ text: String, hasMethod: Bool = true) throws(TemplateError) {
    self.text = text
    let shape = hasMethod ? "METHOD backend /path" : "backend /path"
    var words = Words(bytes: Array(text.utf8))
    if hasMethod {
      (method, methodOffset) = words.next()
      guard Self.methods.contains(method) else {
        let found = method.isEmpty ? "an empty request" : "`\(method)` is not a method"
        throw TemplateError(
          "\(found); a request is `\(shape)`, with one of \(Self.methods.joined(separator: ", "))",
          offset: methodOffset,
          hint: Self.hint(method, text))
      }
    }
    (backend, backendOffset) = words.next()
    guard hasMethod || !Self.methods.contains(backend) else {
      throw TemplateError(
        "a proxy passes the client's method on; a request is `\(shape)`", offset: backendOffset,
        hint: "leave out `\(backend)`")
    }
    guard !backend.isEmpty, !backend.hasPrefix("/"), !backend.contains("$") else {
      let found = backend.contains("$") ? "the backend can't come from a template" : "no backend is named"
      throw TemplateError("\(found); a request is `\(shape)`", offset: backendOffset)
    }
    words.skipBlanks()
    targetOffset = words.position
    guard words.position < words.bytes.count, words.bytes[words.position] == UInt8(ascii: "/") else {
      throw TemplateError(
        "the path of a request starts with `/`; a request is `\(shape)`", offset: targetOffset,
        hint: Self.hint(path: String(decoding: words.bytes[targetOffset...], as: UTF8.self)))
    }
  }

  private static func hint(_ method: String, _ text: String) -> String? {
    if methods.contains(method.uppercased()) { return "did you mean `\(method.uppercased())`?" }
    let words = text.split(whereSeparator: \.isWhitespace)
    if words.count == 2, words[1].hasPrefix("/") { return "did you mean `GET \(text)`?" }
    return Suggestion.hint(for: method, among: methods)
  }

  private static func hint(path: String) -> String? {
    guard let first = path.utf8.first, Words.isName(first) else { return nil }
    return "did you mean `/\(path)`?"
  }

  private struct Words {
    let bytes: [UInt8]
    var position = 0

    static func isName(_ byte: UInt8) -> Bool {
      (0x61...0x7A).contains(byte) || (0x41...0x5A).contains(byte) || (0x30...0x39).contains(byte)
    }

    static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D }

    mutating func skipBlanks() {
      while position < bytes.count, Self.isBlank(bytes[position]) { position += 1 }
    }

    mutating func next() -> (String, Int) {
      skipBlanks()
      let start = position
      while position < bytes.count, !Self.isBlank(bytes[position]) { position += 1 }
      return (String(decoding: bytes[start..<position], as: UTF8.self), start)
    }
  }
}
