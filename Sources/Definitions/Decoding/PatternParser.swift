import Plans

/// Parses the path of a route, or a prefix.
enum PatternParser {
  /// - Parameter offset: added to the offsets of errors.
  static func parse(_ path: String, at offset: Int) throws(TemplateError) -> [PathPattern.Segment] {
    guard path.hasPrefix("/") else {
      throw TemplateError("a path begins with `/`, found `\(path)`", offset: offset)
    }
    try checkCharacters(path, at: offset)
    var segments: [PathPattern.Segment] = []
    var place = offset + 1
    let parts = path.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
    for (index, part) in parts.enumerated() {
      let segment = try segment(String(part), isLast: index == parts.count - 1, at: place)
      if let name = segment.captureName, segments.contains(where: { $0.captureName == name }) {
        throw TemplateError("`\(name)` is captured twice in one path", offset: place)
      }
      segments.append(segment)
      place += part.utf8.count + 1
    }
    return segments
  }

  private static func checkCharacters(_ path: String, at offset: Int) throws(TemplateError) {
    for (index, byte) in path.utf8.enumerated() {
      switch byte {
      case UInt8(ascii: "?"):
        throw TemplateError("a route has no query: it answers whatever the query is", offset: offset + index)
      case UInt8(ascii: "#"), 0...0x20, 0x7F, UInt8(ascii: "\\"):
        throw TemplateError("this character can't be in a path; write it percent-encoded", offset: offset + index)
      case UInt8(ascii: "{"), UInt8(ascii: "}"), UInt8(ascii: "$"):
        guard byte != UInt8(ascii: "$") || path.utf8.dropFirst(index + 1).first == UInt8(ascii: "{") else { continue }
        throw TemplateError(
          "a path has no templates; a segment is captured by `:name`, the rest by `*name`", offset: offset + index,
          hint: captureHint(path, at: index))
      default: continue
      }
    }
  }

  /// `{id}` and `${path.id}` are written `:id`.
  private static func captureHint(_ path: String, at index: Int) -> String? {
    let rest = String(decoding: path.utf8.dropFirst(index), as: UTF8.self)
    guard let open = rest.firstIndex(of: "{"), let close = rest.firstIndex(of: "}"), open < close else { return nil }
    let name = rest[rest.index(after: open)..<close].split(separator: ".").last.map(String.init) ?? ""
    return Names.isIdentifier(name) ? "did you mean `:\(name)`?" : nil
  }

  private static func segment(
    _ text: String, isLast: Bool, at offset: Int
  ) throws(TemplateError) -> PathPattern.Segment {
    if text.hasPrefix(":") || text.hasPrefix("*") {
      let name = String(text.dropFirst())
      guard Names.isIdentifier(name) else {
        let hint = name.isEmpty ? "write `\(text)\(text == "*" ? "rest" : "id")`" : nil
        throw TemplateError(
          "`\(text)` names no capture; \(Names.identifierRule)", offset: offset, hint: hint)
      }
      if text.hasPrefix(":") { return .parameter(name) }
      guard isLast else { throw TemplateError("`\(text)` captures the rest, so nothing can follow it", offset: offset) }
      return .rest(name)
    }
    guard let bytes = PercentDecoding.bytes(text), let decoded = String(validating: bytes, as: UTF8.self) else {
      throw TemplateError(
        "`\(text)` is not percent-encoded UTF-8; write `%25` for a literal `%`", offset: offset)
    }
    let pieces = decoded.split(omittingEmptySubsequences: false) { $0 == "/" || $0 == "\\" }
    guard !pieces.contains("."), !pieces.contains(".."), !decoded.utf8.contains(0) else {
      throw TemplateError("no request with a dot segment or NUL in its path is answered", offset: offset)
    }
    return .literal(decoded)
  }
}
