import Plans

/// Decodes `redirect` of a route.
struct RedirectDecoder {
  let reader: MappingReader<RouteKeys>
  let scope: RouteScope
  /// The route's `*rest` capture.
  let rest: String?

  /// `nil` after reporting what is wrong.
  func decode() -> RedirectPlan? {
    guard let setting = reader[\.redirect],
      let text = scope.loading.text(of: setting.to, expected: "a path such as `/new`")
    else { return nil }
    do throws(TemplateError) {
      let (origin, offset) = try Self.origin(of: text)
      let target = try RequestTemplate.compile(RequestLine(target: text, from: offset), backend: 0, rest: rest)
      guard !origin.isEmpty || Self.isLiteral(text) else {
        throw TemplateError(
          "where a redirect leads to begins with a literal segment, so that no value can make a host of it", offset: 0,
          hint: "begin with `/name/`, or with `https://` and a host")
      }
      scope.check(target.expressions, in: setting.to, .redirect)
      var plan = RedirectPlan(origin: origin, target: target)
      plan.status = setting.status ?? plan.status
      plan.reads = scope.reads
      return plan
    } catch {
      scope.loading.report(error, in: setting.to)
      return nil
    }
  }

  /// Scheme and host, and where the rest begins.
  private static func origin(of text: String) throws(TemplateError) -> (origin: String, end: Int) {
    if text.hasPrefix("/") { return ("", 0) }
    let scheme = ["https://", "http://"].first { text.hasPrefix($0) }
    guard let scheme else {
      throw TemplateError("a redirect leads to a path, or to a URL that begins with `https://` or `http://`", offset: 0)
    }
    let host = text.utf8.dropFirst(scheme.utf8.count).prefix { !"/?#".utf8.contains($0) }
    if let dollar = host.firstIndex(of: UInt8(ascii: "$")) {
      let offset = text.utf8.distance(from: text.startIndex, to: dollar)
      throw TemplateError("the host of a redirect can't come from a template", offset: offset)
    }
    guard !host.contains(UInt8(ascii: "@")) else {
      throw TemplateError("the URL of a redirect has no user and no password", offset: scheme.utf8.count)
    }
    do throws(URLParts.Fault) {
      let parts = try URLParts(scheme + String(Substring(host)))
      return (parts.origin, scheme.utf8.count + host.count)
    } catch {
      throw TemplateError(error.message, offset: scheme.utf8.count)
    }
  }

  /// Browsers take `//` and `/\` for the beginning of a host.
  private static func isLiteral(_ text: String) -> Bool {
    text.utf8.dropFirst().first.map { !"/\\$".utf8.contains($0) } ?? true
  }
}
