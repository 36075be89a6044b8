extension NginxImporter {
  func readServer(_ server: NginxDirective, in outer: [NginxDirective], _ names: inout DefinitionNames) {
    let redirects = Self.isRedirectToHTTPS(server)
    listeners += NginxListener.all(of: server, redirects: redirects, self).map { withCertificates($0, server) }
    let hosts = (server["server_name"]?.arguments ?? []).filter { name in
      let isHost = name.wholeMatch(of: #/(\*\.)?[A-Za-z0-9\-]+(\.[A-Za-z0-9\-]+)*/#) != nil
      if !isHost, name != "_", !name.isEmpty, let directive = server["server_name"] {
        remark("`\(name)` is no host: whole names, and `*.` before one", at: directive)
      }
      return isHost
    }
    if redirects {
      server.readWhole()
      return
    }
    var file = YAMLMapping()
    if !hosts.isEmpty { file["hosts"] = .texts(hosts) }
    let levels = [server] + outer
    var defaults = defaults(levels)
    if guardIsLost(server) { defaults["refuse"] = KrakenDImporter.closed }
    if !defaults.isEmpty { file.add("defaults", .mapping(defaults), from: [server.path]) }
    isServerClosed = defaults["refuse"] != nil
    file["routes"] = .mapping(routes(server, levels))
    let wish = hosts.first.map { $0.replacing("*.", with: "") } ?? "site"
    add(names.next(like: wish.replacing(".", with: "_"), or: "site"), file)
  }

  private func withCertificates(_ listener: NginxListener, _ server: NginxDirective) -> NginxListener {
    guard listener.isTLS else { return listener }
    var listener = listener
    for (certificate, key) in zip(server.all("ssl_certificate"), server.all("ssl_certificate_key")) {
      guard let first = certificate.arguments.first, let second = key.arguments.first else { continue }
      listener.filesAreThere = listener.filesAreThere && exists(first) && exists(second)
      listener.certificates.append(
        YAMLMapping(entries: [
          .init(name: "certificate", value: .text(first)), .init(name: "key", value: .text(second)),
        ]))
    }
    if let versions = server["ssl_protocols"]?.arguments, versions == ["TLSv1.3"] { listener.minVersion = "1.3" }
    if server["ssl_verify_client"]?.arguments.first == "on", let ca = server["ssl_client_certificate"]?.arguments.first
    {
      listener.clients = ca
      listener.filesAreThere = listener.filesAreThere && exists(ca)
    }
    return listener
  }

  /// A server that does nothing but `return 301 https://…`.
  private static func isRedirectToHTTPS(_ server: NginxDirective) -> Bool {
    let names: Set = ["listen", "server_name", "return", "location", "access_log", "error_log", "server_tokens"]
    guard server.block?.allSatisfy({ names.contains($0.name) }) == true else { return false }
    let locations = server.block?.filter { $0.name == "location" } ?? []
    let own = server.block?.last { $0.name == "return" }
    let all =
      locations.isEmpty ? [own] : locations.map { $0.arguments == ["/"] ? $0.block?.last { $0.name == "return" } : own }
    return all.allSatisfy { directive in
      guard let words = directive?.arguments, let url = words.last else { return false }
      return ["301", "302", "307", "308"].contains(words[0])
        && url.wholeMatch(of: #/https://\$(host|server_name|http_host)(\$request_uri|\$uri)?/#) != nil
    }
  }

  /// What counts for all locations of a server.
  private func defaults(_ levels: [NginxDirective]) -> YAMLMapping {
    var defaults = YAMLMapping()
    // Both as nginx has them where nothing is said.
    let time = NginxText.milliseconds(setting("proxy_read_timeout", levels)?.arguments.first) ?? 60_000
    defaults["timeout"] = .bare(DurationText.text(milliseconds: time))
    policies(levels, into: &defaults)
    if defaults["bodyLimit"] == nil, setting("client_max_body_size", levels) == nil {
      defaults["bodyLimit"] = .bare("1MiB")
    }
    return defaults
  }

  /// The nearest level that says it.
  func setting(_ name: String, _ levels: [NginxDirective]) -> NginxDirective? {
    levels.lazy.compactMap { $0[name] }.first
  }

  /// All of the nearest level that has some.
  func settings(_ name: String, _ levels: [NginxDirective]) -> [NginxDirective] {
    levels.lazy.map { $0.all(name) }.first { !$0.isEmpty } ?? []
  }

  /// Policies that the levels say.
  /// - Parameter outer: of a location, the levels around it, whose policies are defaults already.
  func policies(_ levels: [NginxDirective], within outer: [NginxDirective] = [], into route: inout YAMLMapping) {
    if let size = setting("client_max_body_size", levels), let bytes = size.arguments.first.flatMap(NginxText.bytes) {
      route["bodyLimit"] = .bare(bytes)
    }
    if setting("client_max_body_size", levels)?.arguments.first == "0", !outer.isEmpty {
      route["bodyLimit"] = .bare("none")
    }
    addresses(levels, within: outer, into: &route)
    limits(levels, into: &route)
    if !outer.isEmpty, setting("gzip", levels)?.arguments.first == "off",
      setting("gzip", outer)?.arguments.first == "on"
    {
      route["compress"] = .bare("none")
    }
    if let gzip = setting("gzip", levels), gzip.arguments.first == "on" {
      var compress = YAMLMapping()
      if let types = setting("gzip_types", levels)?.arguments, !types.contains("*") {
        compress["types"] = .texts((["text/html"] + types).reduce(into: []) { if !$0.contains($1) { $0.append($1) } })
      }
      if let least = setting("gzip_min_length", levels)?.arguments.first.flatMap(NginxText.bytes) {
        compress["min"] = .bare(least)
      }
      route["compress"] = compress.isEmpty ? .bare("true") : .mapping(compress)
    }
    let own = ["add_header", "proxy_hide_header", "expires"]
    if outer.isEmpty || levels[0].block?.contains(where: { own.contains($0.name) }) == true {
      let headers = responseHeaders(levels + outer)
      if !headers.isEmpty { route["responseHeaders"] = .mapping(headers) }
    }
    close(levels, &route)
  }

  private func responseHeaders(_ levels: [NginxDirective]) -> YAMLMapping {
    var headers = YAMLMapping()
    for header in settings("add_header", levels) {
      guard header.arguments.count >= 2 else { continue }
      guard let value = NginxText.template(header.arguments[1]) else {
        remark("`\(header.arguments[1])` has a variable that there is not", at: header)
        continue
      }
      headers[header.arguments[0].lowercased()] = .text(value)
    }
    for header in settings("proxy_hide_header", levels) {
      if let name = header.arguments.first?.lowercased(), headers[name] == nil { headers[name] = .bare("null") }
    }
    if let expires = setting("expires", levels), let value = Self.cacheControl(expires.arguments) {
      headers["cache-control"] = .text(value)
    }
    return headers
  }

  /// Guards that are not translated keep everybody out.
  private func close(_ levels: [NginxDirective], _ route: inout YAMLMapping) {
    for (name, hint) in [
      ("auth_basic", "a `basic` provider in gateway.yaml, and `auth`"),
      ("auth_request", "an `external` provider in gateway.yaml, and `auth`"),
      ("auth_jwt", "a `jwt` provider in gateway.yaml, and `auth`"),
    ] {
      guard let found = setting(name, levels), found.arguments.first != "off" else { continue }
      _ = setting("auth_basic_user_file", levels)
      remark("`\(name)` is not translated, so the route refuses everybody until it is: \(hint)", at: found)
      route["refuse"] = KrakenDImporter.closed
    }
    for level in levels {
      for directive in level.block ?? [] where directive.name != "location" || level.name == "location" {
        guard Self.others.contains(directive.name) || directive.keepsOutByMore else { continue }
        directive.readWhole()
        remark(
          "`\(directive.name)` may keep somebody out and is not translated, so the route refuses everybody until it is",
          at: directive)
        route["refuse"] = KrakenDImporter.closed
      }
    }
  }

  /// What looks at more than addresses, and has no counterpart that could be written.
  private static let others: Set = ["secure_link", "secure_link_secret", "auth_digest", "auth_pam", "auth_ldap"]

  /// Whether a guard counts for paths, or for clients of listeners, that can't be told from the others here.
  private func guardIsLost(_ server: NginxDirective) -> Bool {
    var isLost = false
    for location in server.block ?? [] where location.name == "location" && location.keepsOut {
      if location.arguments.count == 1, let prefix = location.arguments.first, !prefix.hasSuffix("/"),
        prefix.hasPrefix("/")
      {
        remark(
          "nginx keeps `\(prefix)x` out as well; here it is another path, which a wider route may take", at: location)
      }
      // Paths count as they are written, so a pattern of any case is none.
      let isSaid = location.arguments.first != "~*" && Self.pattern(of: location) != nil
      guard !isSaid, location.arguments.first?.hasPrefix("@") != true else { continue }
      remark(
        "some are kept out here, so the server refuses everybody until it is written which paths these are",
        at: location)
      isLost = true
    }
    // A listener's certificates are those of all its servers, and other listeners have their hosts, too.
    if let verify = server["ssl_verify_client"], verify.arguments.first == "on" {
      remark(
        "hosts are served at all listeners, so the server refuses everybody until each of them asks for certificates",
        at: verify)
      isLost = true
    }
    return isLost
  }

  static func cacheControl(_ words: [String]) -> String? {
    switch words.last {
    case "off", nil: return nil
    case "max": return "max-age=315360000"
    case "epoch": return "no-cache"
    case let text?:
      guard !text.hasPrefix("-") else { return "no-cache" }
      return DurationText.milliseconds(text, bare: 1000).map { "max-age=\($0 / 1000)" }
    }
  }

  /// nginx takes the first rule that fits, here the longest prefix counts: the same where one of the two is for all.
  private func addresses(_ levels: [NginxDirective], within outer: [NginxDirective], into route: inout YAMLMapping) {
    guard let level = levels.first(where: { $0.block?.contains { ["allow", "deny"].contains($0.name) } == true }) else {
      return
    }
    let rules = (level.all("allow") + level.all("deny")).sorted {
      $0.path.count == $1.path.count ? $0.path < $1.path : $0.path.count < $1.path.count
    }
    func blocks(_ name: String) -> [String] {
      rules.filter { $0.name == name }.compactMap(\.arguments.first).filter { $0 != "all" }
    }
    let others = rules.filter { $0.arguments.first?.hasPrefix("unix") == true }
    for rule in others { remark("a socket's clients have no address", at: rule) }
    let (allowed, denied) = (
      blocks("allow").filter { !$0.hasPrefix("unix") }, blocks("deny").filter { !$0.hasPrefix("unix") }
    )
    let isClosed = rules.contains { $0.name == "deny" && $0.arguments.first == "all" }
    if isClosed, allowed.isEmpty { route["deny"] = .texts(["0.0.0.0/0", "::/0"]) }
    if isClosed, !allowed.isEmpty { route["allow"] = .texts(allowed) }
    if !denied.isEmpty { route["deny"] = .texts(denied) }
    // The rules of a location take the place of those around it.
    let names = Set(["allow", "deny"])
    guard outer.contains(where: { $0.block?.contains { names.contains($0.name) } == true }) else { return }
    for name in names.sorted() where route[name] == nil { route[name] = .bare("none") }
  }

  private func limits(_ levels: [NginxDirective], into route: inout YAMLMapping) {
    var rules: [YAMLTree] = []
    for limit in settings("limit_req", levels) {
      func value(_ name: String) -> String? {
        limit.arguments.first { $0.hasPrefix("\(name)=") }.map { String($0.dropFirst(name.count + 1)) }
      }
      guard let zone = value("zone").flatMap({ zones[$0] }), let rate = zone.rate?.firstMatch(of: #/^(\d+)r\/([sm])$/#)
      else {
        remark("there is no such zone with a rate", at: limit)
        continue
      }
      var rule = YAMLMapping()
      rule["rate"] = .bare("\(rate.1)/\(rate.2)")
      rule["burst"] = .bare(value("burst").flatMap { Int($0) }.map { "\(max($0, 1))" } ?? "1")
      switch zone.key {
      case "$binary_remote_addr", "$remote_addr": break
      default:
        guard let by = NginxText.template(zone.key) else {
          remark("`\(zone.key)` has no counterpart; the client's address counts", at: zone.directive)
          break
        }
        rule["by"] = .text(by == "${client.host}" || !by.contains("$") ? "all" : by)
      }
      rules.append(.inline(rule))
    }
    if !rules.isEmpty { route["limit"] = rules.count == 1 ? rules[0] : .block(rules) }
    for limit in settings("limit_conn", levels) {
      guard let zone = limit.arguments.first.flatMap({ zones[$0] }),
        let most = limit.arguments.last.flatMap({ Int($0) }), most > 0,
        ["$binary_remote_addr", "$remote_addr"].contains(zone.key)
      else {
        remark("only connections of one address are counted", at: limit)
        continue
      }
      gateway["limits"] = .inline(YAMLMapping(entries: [.init(name: "connectionsPerClient", value: .bare("\(most)"))]))
      remark("it counts for the whole gateway: `limits` in gateway.yaml", at: limit)
    }
  }
}
