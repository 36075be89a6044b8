/// Texts with variables, as templates.
enum NginxText {
  /// `nil` where a variable has no counterpart.
  /// - Parameter rest: what the request's path is in the route: `/api/${path.rest}`.
  static func template(_ text: String, path: String = "${client.path}", captures: [String] = []) -> String? {
    var template = ""
    var rest = text[...]
    while let dollar = rest.firstIndex(of: "$") {
      template += rest[..<dollar]
      rest = rest[rest.index(after: dollar)...]
      var name: Substring
      if rest.first == "{" {
        guard let close = rest.firstIndex(of: "}") else { return nil }
        name = rest[rest.index(after: rest.startIndex)..<close]
        rest = rest[rest.index(after: close)...]
      } else {
        name = rest.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
        if name.first?.isNumber == true { name = name.prefix(1) }
        rest = rest[name.endIndex...]
      }
      guard let value = variable(String(name), path: path, captures: captures) else { return nil }
      template += value
    }
    return template + rest
  }

  private static func variable(_ name: String, path: String, captures: [String]) -> String? {
    func after(_ prefix: String) -> String? { name.hasPrefix(prefix) ? String(name.dropFirst(prefix.count)) : nil }
    func member(_ root: String, _ name: String) -> String {
      ExpressionText.template(ExpressionText.path([root, name]))
    }
    switch name {
    case "host", "http_host", "server_name": return "${client.host}"
    case "scheme": return "${client.scheme}"
    case "remote_addr", "binary_remote_addr", "realip_remote_addr": return "${client.ip}"
    case "request_id": return "${client.requestId}"
    case "request_method": return "${client.method}"
    case "uri", "request_uri", "document_uri": return path
    case "is_args", "args", "query_string": return ""
    case "ssl_client_s_dn": return "${client.certificate.subject}"
    case "ssl_client_fingerprint": return "${client.certificate.fingerprint}"
    case "ssl_protocol": return "${client.tls.version}"
    case "proxy_add_x_forwarded_for": return nil
    default: break
    }
    if let header = after("http_") { return member("headers", header.replacing("_", with: "-")) }
    if let parameter = after("arg_") { return member("query", parameter) }
    if let cookie = after("cookie_") { return member("cookies", cookie) }
    if let number = Int(name), captures.indices.contains(number - 1) { return "${path.\(captures[number - 1])}" }
    return nil
  }

  /// `10m`, `512k`, `1g`, or bytes; `nil` for what is none. `0` is no bound.
  static func bytes(_ text: String) -> String? {
    let lowered = text.lowercased()
    let digits = lowered.prefix { $0.isASCII && $0.isNumber }
    guard let number = Int(digits), number > 0 else { return nil }
    switch lowered.dropFirst(digits.count) {
    case "": return number.isMultiple(of: 1024) ? "\(number / 1024)KiB" : "\(number)B"
    case "k": return "\(number)KiB"
    case "m": return "\(number)MiB"
    case "g": return "\(number)GiB"
    default: return nil
    }
  }

  /// In milliseconds; a bare number is seconds.
  static func milliseconds(_ text: String?) -> Int? {
    text.flatMap { DurationText.milliseconds($0, bare: 1000) }.flatMap { $0 > 0 ? $0 : nil }
  }
}
