import JSONText

/// What a scalar means by the core schema of YAML 1.2.2 (§10.3.2). There `on`, `yes` and `1:30` are strings.
enum CoreSchema: Hashable, Sendable {
  case null
  case bool(Bool)
  /// As JSON text: the scalar's own where that is valid JSON.
  case number(String)
  /// `.inf` and `.nan`, which JSON does not have.
  case special
  case string(String)

  init(_ node: YAMLNode) {
    guard case .scalar(let text, let style) = node.content, style == .plain else {
      self = .string(node.text ?? "")
      return
    }
    switch text {
    case "", "~", "null", "Null", "NULL": self = .null
    case "true", "True", "TRUE": self = .bool(true)
    case "false", "False", "FALSE": self = .bool(false)
    case ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF", "-.inf", "-.Inf", "-.INF", ".nan", ".NaN", ".NAN":
      self = .special
    default: self = Self.numberText(text).map { .number($0) } ?? .string(text)
    }
  }

  private static func numberText(_ text: String) -> String? {
    if JSONNumber(text: text) != nil { return text }
    if text.hasPrefix("0x") { return UInt64(text.dropFirst(2), radix: 16).map { "\($0)" } }
    if text.hasPrefix("0o") { return UInt64(text.dropFirst(2), radix: 8).map { "\($0)" } }
    guard text.utf8.allSatisfy({ "0123456789+-.eE".utf8.contains($0) }) else { return nil }
    // `+1`, `.5`, `5.`, `007`: numbers to YAML, not to JSON. Bring them into JSON's form without computing.
    var rest = Substring(text)
    let sign = rest.hasPrefix("-") ? "-" : ""
    if rest.hasPrefix("-") || rest.hasPrefix("+") { rest = rest.dropFirst() }
    let mantissa = rest.prefix { $0 != "e" && $0 != "E" }
    let exponent = rest.dropFirst(mantissa.count)
    let whole = mantissa.prefix { $0 != "." }
    let fraction = mantissa.dropFirst(whole.count + 1)
    guard !(whole.isEmpty && fraction.isEmpty) else { return nil }
    let digits = whole.drop { $0 == "0" }
    let result =
      sign + (digits.isEmpty ? "0" : String(digits)) + (fraction.isEmpty ? "" : ".\(fraction)") + exponent
    return JSONNumber(text: result) != nil ? result : nil
  }
}
