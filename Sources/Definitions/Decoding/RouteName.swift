import Plans

/// A route's key: `GET|POST /orders/:id`.
struct RouteName {
  let methods: MethodSet
  let segments: [PathPattern.Segment]
  /// Bytes from the start of the key to its path.
  let pathOffset: Int

  init(_ text: String) throws(TemplateError) {
    let bytes = Array(text.utf8)
    let word = bytes.prefix { $0 != UInt8(ascii: " ") }
    guard word.count < bytes.count, word.first != UInt8(ascii: "/") else {
      let hint = word.first == UInt8(ascii: "/") ? "did you mean `GET \(text)`?" : nil
      throw TemplateError("`\(text)` is not a route; a route is `METHOD /path`", offset: 0, hint: hint)
    }
    methods = try Self.methods(String(decoding: word, as: UTF8.self))
    let start = bytes[word.count...].firstIndex { $0 != UInt8(ascii: " ") } ?? bytes.count
    pathOffset = start
    segments = try PatternParser.parse(String(decoding: bytes[start...], as: UTF8.self), at: start)
  }

  private static func methods(_ text: String) throws(TemplateError) -> MethodSet {
    if text == "ANY" { return .any }
    let known = RequestLine.methods
    var found: [String] = []
    var offset = 0
    for part in text.split(separator: "|", omittingEmptySubsequences: false) {
      let method = String(part)
      guard known.contains(method) else {
        let list = known.joined(separator: ", ")
        let meant = method.uppercased() == "ALL" || method == "*" ? "ANY" : method.uppercased()
        let hint =
          (known + ["ANY"]).contains(meant) && meant != method
          ? "did you mean `\(meant)`?" : Suggestion.hint(for: method, among: known + ["ANY"])
        throw TemplateError(
          "`\(method)` is not a method; a route answers to \(list), to several (`GET|POST`) or to ANY", offset: offset,
          hint: hint)
      }
      guard !found.contains(method) else { throw TemplateError("`\(method)` is given twice", offset: offset) }
      found.append(method)
      offset += part.utf8.count + 1
    }
    return .only(found)
  }
}
