extension NginxImporter {
  /// - Parameter levels: the location and those around it.
  /// - Returns: false where nothing can be passed on.
  func proxy(
    _ pass: NginxDirective, _ location: NginxDirective, _ pattern: NginxPattern, _ levels: [NginxDirective],
    _ route: inout YAMLMapping
  ) -> Bool {
    guard let url = pass.arguments.first, let match = url.wholeMatch(of: #/(https?):\/\/([^\/$]+)(\/[^$]*)?/#) else {
      remark(
        "`\(pass.arguments.joined(separator: " "))` is no URL that is written out: backends are, by name", at: pass)
      return false
    }
    let name = backends.name(
      scheme: String(match.1), host: String(match.2), settings(levels), from: pass, marks)
    guard let path = path(pattern, match.3.map(String.init), location) else { return false }
    route["proxy"] = .text("\(name) \(path)")
    if let time = NginxText.milliseconds(location["proxy_read_timeout"]?.arguments.first) {
      route["timeout"] = .bare(DurationText.text(milliseconds: time))
    }
    headers(levels, &route)
    return true
  }

  /// The path that the backend gets.
  private func path(_ pattern: NginxPattern, _ uri: String?, _ location: NginxDirective) -> String? {
    for rewrite in location.block ?? []
    where rewrite.name == "rewrite" && ["break", "last"].contains(rewrite.arguments.last) {
      rewrite.isRead = true
      guard let matched = NginxPattern.regular(rewrite.arguments[0]), matched.path == pattern.path,
        let target = NginxText.template(rewrite.arguments[1], path: pattern.template, captures: matched.captures)
      else {
        remark("this rewrite is not of the location's own paths", at: rewrite)
        return nil
      }
      return target
    }
    guard let uri else { return pattern.template }
    guard pattern.hasRest, pattern.captures.isEmpty else { return uri }
    return (uri.hasSuffix("/") ? uri : uri + "/") + "${path.rest}"
  }

  /// What is said of the backend at the location.
  private func settings(_ levels: [NginxDirective]) -> YAMLMapping {
    var settings = YAMLMapping()
    if let time = NginxText.milliseconds(setting("proxy_connect_timeout", levels)?.arguments.first) {
      settings["connectTimeout"] = .bare(DurationText.text(milliseconds: time))
    }
    guard let next = setting("proxy_next_upstream", levels), next.arguments != ["off"] else { return settings }
    var on: [YAMLTree] = []
    for word in next.arguments {
      switch word {
      case "error": on.append(.bare("connect"))
      case "timeout": on.append(.bare("timeout"))
      case _ where word.hasPrefix("http_"): on.append(.bare(String(word.dropFirst(5))))
      default: remark("`\(word)` of `proxy_next_upstream` has no counterpart", at: next)
      }
    }
    var retry = YAMLMapping()
    if let tries = setting("proxy_next_upstream_tries", levels)?.arguments.first.flatMap({ Int($0) }),
      (1...10).contains(tries)
    {
      retry["attempts"] = .bare("\(tries)")
    }
    if !on.isEmpty { retry["on"] = .list(on) }
    if !retry.isEmpty { settings["retry"] = .inline(retry) }
    return settings
  }

  private func headers(_ levels: [NginxDirective], _ route: inout YAMLMapping) {
    var headers = YAMLMapping()
    for header in settings("proxy_set_header", levels) {
      guard header.arguments.count == 2 else { continue }
      let (name, value) = (header.arguments[0].lowercased(), header.arguments[1])
      switch name {
      case "host":
        if ["$host", "$http_host"].contains(value) {
          route["host"] = .bare("client")
        } else if value != "$proxy_host" {
          remark("`Host` is the client's or the backend's", at: header)
        }
      case "x-forwarded-for", "x-forwarded-proto", "x-forwarded-host", "x-forwarded-port", "forwarded": break
      case "connection", "upgrade", "te", "keep-alive", "transfer-encoding", "content-length":
        if value.lowercased().contains("upgrade") {
          remark("connections are not switched to other protocols by headers", at: header)
        }
      default:
        if value.isEmpty {
          headers[name] = .bare("null")
        } else if let template = NginxText.template(value) {
          headers[name] = .text(template)
        } else {
          remark("`\(value)` has a variable that there is not", at: header)
        }
      }
    }
    if !headers.isEmpty { route["headers"] = .mapping(headers) }
  }
}
