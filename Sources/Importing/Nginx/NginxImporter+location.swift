extension NginxImporter {
  func routes(_ server: NginxDirective, _ levels: [NginxDirective]) -> YAMLMapping {
    var routes = YAMLMapping()
    var shapes: Set<String> = []
    func add(_ key: String, _ route: YAMLMapping, _ origin: NginxDirective, isProposal: Bool = false) {
      let shape = key.replacing(#/([:*])\w+/#) { $0.1 }
      guard shapes.insert(shape).inserted else {
        return remark("there is another route `\(key)` before it", at: origin)
      }
      routes.add(key, .mapping(route), from: [origin.path], isProposal: isProposal)
    }
    for rewrite in server.all("rewrite") {
      if let (pattern, route) = redirect(rewrite) { add("ANY \(pattern.path)", route, rewrite) }
    }
    for location in server.all("location") {
      guard let pattern = pattern(location) else { continue }
      if location["internal"] != nil {
        location.readWhole()
        remark("what is `internal` answers nobody", at: location)
        add("ANY \(pattern.path)", Self.nothing, location)
        continue
      }
      for rewrite in location.block ?? []
      where rewrite.name == "rewrite" && ["permanent", "redirect"].contains(rewrite.arguments.last) {
        rewrite.isRead = true
        if let (pattern, route) = redirect(rewrite) { add("ANY \(pattern.path)", route, rewrite) }
      }
      guard let work = work(location, pattern, levels) else {
        // Else another route might take its path.
        if location.keepsOut || location["proxy_pass"] != nil { add("ANY \(pattern.path)", Self.nothing, location) }
        continue
      }
      add(work.key, work.route, location, isProposal: work.isProposal)
    }
    // What no location takes.
    if let all = NginxPattern.prefix("/"), !shapes.contains("ANY /*"), !shapes.contains("GET /*") {
      if let back = server["return"], let route = answer(back, all) {
        add("ANY /*rest", route, back)
      } else if let root = setting("root", levels)?.arguments.first,
        server.block?.contains(where: { $0.name == "root" }) == true
      {
        let (route, isThere) = files(root, server, levels)
        add("GET /*rest", route, server["root"] ?? server, isProposal: !isThere)
      }
    }
    return routes.isEmpty ? Placeholder.routes(beside: routes) : routes
  }

  /// Nobody is answered.
  private static var nothing: YAMLMapping {
    var route = YAMLMapping()
    route["status"] = .bare("404")
    route["response"] = .bare("null")
    return route
  }

  /// Where a location stands; `nil` where no path says it.
  static func pattern(of location: NginxDirective) -> NginxPattern? {
    let words = location.arguments
    return switch (words.count, words.first) {
    case (1, let text?): text.hasPrefix("@") ? nil : .prefix(text)
    case (2, "="): .exact(words[1])
    case (2, "^~"): .prefix(words[1])
    case (2, "~"), (2, "~*"): .regular(words[1])
    default: nil
    }
  }

  private func pattern(_ location: NginxDirective) -> NginxPattern? {
    let words = location.arguments
    let found = Self.pattern(of: location)
    if found == nil {
      remark(
        "`location \(words.joined(separator: " "))` can't be said as a path: segments are written out, or captured",
        at: location)
      location.readWhole()
    }
    return found
  }

  private struct Work {
    var key: String
    var route: YAMLMapping
    var isProposal = false
  }

  private func work(_ location: NginxDirective, _ pattern: NginxPattern, _ levels: [NginxDirective]) -> Work? {
    var route = YAMLMapping()
    policies([location], within: levels, into: &route)
    conditions(pattern, &route)
    let own = [location] + levels
    let methods = methods(location)
    if let back = location["return"] {
      guard let answer = answer(back, pattern) else { return nil }
      for entry in answer.entries { route[entry.name] = entry.value }
      return Work(key: "\(methods) \(pattern.path)", route: route)
    }
    if let pass = location["proxy_pass"] {
      guard proxy(pass, location, pattern, own, &route) else { return nil }
      return Work(key: "\(methods) \(pattern.path)", route: route)
    }
    let alias = location["alias"]?.arguments.first
    guard let folder = alias ?? setting("root", own)?.arguments.first, pattern.hasRest,
      location.arguments.count == 1 || location.arguments.first == "^~"
    else {
      if location.block?.contains(where: { $0.name == "rewrite" }) != true {
        remark(
          "nothing is done here that can be said: neither `proxy_pass` nor `return`, nor files below a prefix",
          at: location)
      }
      return nil
    }
    let below = alias == nil ? pattern.prefix.drop { $0 == "/" } : ""
    let (files, isThere) = files(
      folder.trimmingSlashes + (below.isEmpty ? "" : "/\(String(below).trimmingSlashes)"), location, own)
    for entry in files.entries { route[entry.name] = entry.value }
    return Work(key: "GET \(pattern.path)", route: route, isProposal: !isThere)
  }

  /// `limit_except GET POST { deny all; }`; other rules in it let in nobody.
  private func methods(_ location: NginxDirective) -> String {
    guard let limit = location["limit_except"] else { return "ANY" }
    let known = limit.arguments.filter { ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"].contains($0) }
    let rules = limit.block ?? []
    limit.readWhole()
    if rules.count != 1 || rules[0].name != "deny" || rules[0].arguments != ["all"] {
      remark("only `deny all` is said by the route's methods; the others are refused to everybody", at: limit)
    }
    return known.isEmpty ? "ANY" : known.joined(separator: "|")
  }

  /// Segments that a regular expression wants to be so.
  private func conditions(_ pattern: NginxPattern, _ route: inout YAMLMapping) {
    guard !pattern.conditions.isEmpty, route["refuse"] == nil else { return }
    let rules = pattern.conditions.map { name, expression in
      YAMLTree.mapping(
        YAMLMapping(entries: [
          .init(name: "when", value: .text("${!matches(path.\(name), \(ExpressionText.string(expression)))}")),
          .init(name: "status", value: .bare("404")),
        ]))
    }
    route["refuse"] = .block((isServerClosed ? [.bare("base")] : []) + rules)
  }

  private func files(_ folder: String, _ place: NginxDirective, _ levels: [NginxDirective]) -> (
    YAMLMapping, isThere: Bool
  ) {
    var files = YAMLMapping()
    files["dir"] = .text(folder)
    if let index = setting("index", levels)?.arguments.first, index != "index.html" { files["index"] = .text(index) }
    if let tries = setting("try_files", levels)?.arguments {
      if tries.last?.hasSuffix(".html") == true || tries.last?.contains(".html?") == true {
        files["spa"] = .bare("true")
      } else if let last = tries.last, last.hasPrefix("@"), let directive = setting("try_files", levels) {
        remark("what is no file is 404; `\(last)` is not asked", at: directive)
      }
    }
    if let expires = setting("expires", levels), let value = Self.cacheControl(expires.arguments) {
      files["cacheControl"] = .text(value)
    }
    if setting("gzip_static", levels)?.arguments.first == "on" { files["precompressed"] = .bare("true") }
    let isThere = exists(folder)
    if !isThere { remark("the folder `\(folder)` is not here; put it there, and take this route", at: place) }
    return (YAMLMapping(entries: [.init(name: "files", value: .mapping(files))]), isThere)
  }

  /// `return CODE [text]`, `return CODE URL`, `return URL`.
  private func answer(_ back: NginxDirective, _ pattern: NginxPattern) -> YAMLMapping? {
    let words = back.arguments
    guard let first = words.first else { return nil }
    let code = Int(first) ?? 302
    let text = Int(first) == nil ? first : words.count > 1 ? words[1] : nil
    var route = YAMLMapping()
    if [301, 302, 303, 307, 308].contains(code), let text {
      guard let target = target(text, pattern, back) else { return nil }
      route["redirect"] = .inline(
        YAMLMapping(entries: [.init(name: "to", value: .text(target)), .init(name: "status", value: .bare("\(code)"))]))
      return route
    }
    guard (200...599).contains(code) else {
      remark("`return \(first)` closes the connection; here it is a 403", at: back)
      route["status"] = .bare("403")
      route["response"] = .bare("null")
      return route
    }
    route["status"] = .bare("\(code)")
    if let text {
      let value = try? DocumentReader.read(text)
      if text.hasPrefix("{") || text.hasPrefix("["), let value {
        route["response"] = YAMLTree(literal: value)
      } else {
        remark("answers are JSON: the text is a JSON string", at: back)
        route["response"] = .text(NginxText.template(text) ?? text.replacing("${", with: "$${"))
      }
    } else {
      route["response"] = .bare("null")
    }
    return route
  }

  /// Where a redirect leads: a path, or a URL with a literal host.
  private func target(_ text: String, _ pattern: NginxPattern, _ source: NginxDirective) -> String? {
    let isWhole = text.hasSuffix("$request_uri") || text.contains("$is_args")
    var text = text
    if let match = text.firstMatch(of: #/^(https?:\/\/|\$scheme:\/\/)(\$host|\$http_host|\$server_name)(?=\/|\$|$)/#) {
      text = String(text[match.range.upperBound...])
      remark("the host of the request can't be a part of where it is sent: the path alone is", at: source)
    }
    guard let template = NginxText.template(text, path: pattern.template, captures: pattern.captures) else {
      remark("`\(text)` has a variable that there is not", at: source)
      return nil
    }
    if isWhole { remark("the client's query does not go along where it is not written", at: source) }
    guard template.hasPrefix("/") || template.wholeMatch(of: #/https?:\/\/[A-Za-z0-9.\-:]+(\/.*)?/#) != nil else {
      remark("`\(text)` does not begin with a path, or with a host that is written out", at: source)
      return nil
    }
    return template
  }

  /// `rewrite REGEX TARGET permanent|redirect`.
  private func redirect(_ rewrite: NginxDirective) -> (NginxPattern, YAMLMapping)? {
    let words = rewrite.arguments
    let isPermanent = words.last == "permanent"
    guard words.count >= 2, isPermanent || words.last == "redirect" || words[1].hasPrefix("http") else {
      remark("a rewrite of the path is said by the path of `proxy`", at: rewrite)
      return nil
    }
    guard let pattern = NginxPattern.regular(words[0]) else {
      remark("`\(words[0])` can't be said as a path: segments are written out, or captured", at: rewrite)
      return nil
    }
    guard let target = target(words[1], pattern, rewrite) else { return nil }
    var route = YAMLMapping()
    route["redirect"] = .inline(
      YAMLMapping(entries: [
        .init(name: "to", value: .text(target)), .init(name: "status", value: .bare(isPermanent ? "301" : "302")),
      ]))
    return (pattern, route)
  }
}

extension String {
  /// Without slashes at the end.
  var trimmingSlashes: String {
    var text = self[...]
    while text.count > 1, text.hasSuffix("/") { text = text.dropLast() }
    return String(text)
  }
}
