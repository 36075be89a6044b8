import Messages
import Plans

extension ValueType<String> {
  /// An origin as browsers write it, `*.` before its host for all below it; `null`, written; or `*`.
  static func origin() -> ValueType {
    let shape = Shape.either(.scalar("origin", .setting(Pattern.origin)), .null)
    return ValueType(shape) { node, loading in
      if let text = node.text, text == "null" || text == "*" { return text }
      guard let setting = SettingText(node, loading, expected: "an origin such as `https://shop.example`") else {
        return nil
      }
      if let origin = Self.origin(setting.text) { return origin }
      loading.report(
        node,
        "\(setting.shown) is not an origin; write scheme and host, and the port where it is not the scheme's own: "
          + "`https://shop.example`, `https://*.shop.example`",
        hint: setting.isComputed ? nil : originHint(setting.text))
      return nil
    }
  }

  /// In lower case, without the scheme's own port (RFC 6454 §6.2).
  private static func origin(_ text: String) -> String? {
    guard let separator = text.firstRange(of: "://") else { return nil }
    let scheme = text[..<separator.lowerBound].lowercased()
    let place = text[separator.upperBound...]
    let isBelow = place.hasPrefix("*.")
    guard isScheme(scheme), let (host, port) = try? URLParts.hostAndPort(String(place.dropFirst(isBelow ? 2 : 0))),
      !(isBelow && host.hasPrefix("["))
    else { return nil }
    let isSchemesOwn = port == nil || scheme == "https" && port == 443 || scheme == "http" && port == 80
    return "\(scheme)://\(isBelow ? "*." : "")\(host)" + (isSchemesOwn ? "" : port.map { ":\($0)" } ?? "")
  }

  private static func isScheme(_ text: String) -> Bool {
    guard let first = text.utf8.first, (0x61...0x7A).contains(first) else { return false }
    return text.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || "+-.".utf8.contains($0) }
  }

  /// A URL is no origin, nor is a host.
  private static func originHint(_ text: String) -> String? {
    if origin("https://\(text)") != nil { return "did you mean `https://\(text)`?" }
    guard let separator = text.firstRange(of: "://") else { return nil }
    let place = text[separator.upperBound...].prefix { $0 != "/" }
    return origin("\(text[..<separator.upperBound])\(place)").map { "did you mean `\($0)`?" }
  }

  /// A method, of those that are known or not: their case counts.
  static func methodName() -> ValueType {
    setting(.scalar("method", .setting(Pattern.headerName)), expected: "a method such as `GET`") { setting, loading in
      let meant = setting.text.uppercased()
      let isMistyped = meant != setting.text && RequestLine.methods.contains(meant)
      if HeaderNames.isToken(setting.text), !isMistyped { return setting.text }
      loading.report(
        setting.node, "\(setting.shown) is not a method",
        hint: isMistyped && !setting.isComputed ? "did you mean `\(meant)`?" : nil)
      return nil
    }
  }

  /// The lower-case name of a header.
  static func headerName() -> ValueType {
    setting(.scalar("header name", .setting(Pattern.headerName)), expected: "a header name") { setting, loading in
      if HeaderNames.isToken(setting.text) { return setting.text.lowercased() }
      loading.report(setting.node, "\(setting.shown) is not a header name; it has letters, digits and `-`")
      return nil
    }
  }
}
