extension KrakenDImporter {
  /// What holds for all endpoints, and what belongs to the process.
  func readService(_ root: DocumentCursor) {
    serviceHosts = root["host"]?.strings ?? []
    serviceEncoding = root["output_encoding"]?.string ?? serviceEncoding
    serviceCache = root["cache_ttl"].flatMap(duration)
    readAddress(root)
    readTLS(root)
    let timeout = root["timeout"].flatMap(duration) ?? Self.defaultTimeout
    defaults["timeout"] = .bare(DurationText.text(milliseconds: max(timeout, 1)))
    // What is missing is told by the header Weft-Outcome; KrakenD's answers have no member for it.
    defaults["meta"] = .inline(YAMLMapping(entries: [.init(name: "when", value: .bare("never"))]))
    if let logging = root.component(KrakenDNames.logging) { readLogging(logging) }
    if let cors = root.component(KrakenDNames.cors) { readCORS(cors) }
    if let secure = root.component(KrakenDNames.secure) { readSecurity(secure, overTLS: root["tls"] != nil) }
    if let bots = root.component(KrakenDNames.bots), let rule = BotRules.rule(bots) {
      defaults["refuse"] = .block([rule])
    }
    if let limit = root.component(KrakenDNames.serviceLimit), let rules = KrakenDLimits.limits(limit, path: [:]) {
      defaults["limit"] = rules
    }
    for name in root.components where KrakenDNames.serviceGuards.contains(name) {
      guard let found = root.component([name]) else { continue }
      _ = found.whole
      let hint = KrakenDNames.hint(name).map { ": \($0)" } ?? ""
      found.remark("`\(name)` is not translated, so all routes refuse everybody until it is\(hint)")
      isServiceClosed = true
    }
  }

  /// In milliseconds.
  func duration(_ cursor: DocumentCursor) -> Int? {
    let text = cursor.string ?? cursor.number ?? ""
    guard let milliseconds = DurationText.milliseconds(text, bare: 1e-6) else {
      cursor.remark("`\(text)` is no time that can be read")
      return nil
    }
    return milliseconds > 0 ? milliseconds : nil
  }

  private func readAddress(_ root: DocumentCursor) {
    let (host, port) = (root["listen_ip"]?.string, root["port"]?.count)
    guard host != nil || port != nil else { return }
    let address = host.map { $0.contains(":") ? "[\($0)]" : $0 } ?? "0.0.0.0"
    gateway.add("listen", .text("\(address):\(port ?? 8080)"), from: ["/port", "/listen_ip"])
  }

  private func readTLS(_ root: DocumentCursor) {
    guard let tls = root["tls"], tls["disabled"]?.bool != true else { return }
    let pairs = tls["keys"]?.elements ?? [tls]
    var certificates: [YAMLTree] = []
    var areThere = true
    for pair in pairs {
      guard let certificate = pair["public_key"]?.string, let key = pair["private_key"]?.string else { continue }
      areThere = areThere && exists(certificate) && exists(key)
      certificates.append(
        .inline(
          YAMLMapping(entries: [
            .init(name: "certificate", value: .text(certificate)), .init(name: "key", value: .text(key)),
          ])))
    }
    let asksClients = tls["enable_mtls"]?.bool == true
    let ca = tls["ca_certs"]?.strings.first
    if asksClients, certificates.isEmpty || ca == nil || !areThere || !exists(ca ?? "") {
      tls.remark(
        "clients are not asked for certificates until `listen` says so, so all routes refuse everybody until then")
      isServiceClosed = true
    }
    guard !certificates.isEmpty else { return }
    var settings = YAMLMapping()
    settings["certificates"] = .block(certificates)
    if tls["min_version"]?.string == "TLS13" { settings["minVersion"] = .text("1.3") }
    if asksClients, let ca {
      areThere = areThere && exists(ca)
      settings["clientCertificates"] = .inline(YAMLMapping(entries: [.init(name: "ca", value: .text(ca))]))
    }
    var listener = YAMLMapping()
    listener["address"] = gateway["listen"] ?? .text("0.0.0.0:8080")
    listener["tls"] = .mapping(settings)
    if areThere {
      gateway["listen"] = nil
      gateway.add("listen", .mapping(listener), from: ["/tls", "/port", "/listen_ip"])
    } else {
      tls.remark("the files of the certificates are not here; put them there, and take this in the place of `listen`")
      gateway.add("listen", .mapping(listener), from: ["/tls"], isProposal: true)
    }
  }

  private func readLogging(_ logging: DocumentCursor) {
    let levels = [
      "DEBUG": "debug", "INFO": "info", "WARNING": "warning", "ERROR": "error", "CRITICAL": "critical",
      "FATAL": "critical",
    ]
    for name in ["stdout", "prefix", "format", "syslog"] { _ = logging[name] }
    guard let level = logging["level"]?.string.flatMap({ levels[$0.uppercased()] }) else { return }
    gateway.add(
      "log", .inline(YAMLMapping(entries: [.init(name: "level", value: .bare(level))])), from: [logging.pointer])
  }

  private func readCORS(_ cors: DocumentCursor) {
    for name in ["debug", "options_passthrough", "options_success_status"] { _ = cors[name] }
    var settings = YAMLMapping()
    var origins = cors["allow_origins"]?.strings ?? ["*"]
    let unfit = origins.filter { $0 != "*" && $0.wholeMatch(of: #/https?://(\*\.)?[A-Za-z0-9.\-]+(:\d+)?/#) == nil }
    if !unfit.isEmpty { cors.remark("no origins of browsers: \(unfit.joined(separator: ", "))") }
    origins.removeAll { unfit.contains($0) }
    guard !origins.isEmpty else { return }
    let isForAll = origins.contains("*")
    settings["origins"] = isForAll ? .text("*") : .texts(origins)
    let methods = (cors["allow_methods"]?.strings ?? []).map { $0.uppercased() }
    let credentials = cors["allow_credentials"]?.bool == true
    if credentials, isForAll {
      cors.remark("`allow_credentials` for all origins would let every page act for its visitors: name the origins")
    }
    func list(_ name: String, _ values: [String]) {
      let named = values.filter { $0 != "*" }
      if !named.isEmpty { settings[name] = .texts(named) }
    }
    list("methods", methods.filter { ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"].contains($0) })
    list("headers", (cors["allow_headers"]?.strings ?? []).filter { HeaderName.good($0) != nil })
    list("expose", (cors["expose_headers"]?.strings ?? []).filter { HeaderName.good($0) != nil })
    if credentials, !isForAll { settings["credentials"] = .bare("true") }
    if let age = cors["max_age"].flatMap(duration), age >= 1000 {
      settings["maxAge"] = .bare(DurationText.text(milliseconds: age / 1000 * 1000))
    }
    defaults["cors"] = isForAll && settings.entries.count == 1 ? .text("*") : .mapping(settings)
  }

  private func readSecurity(_ secure: DocumentCursor, overTLS: Bool) {
    hosts = (secure["allowed_hosts"]?.strings ?? []).filter { $0.wholeMatch(of: #/(\*\.)?[A-Za-z0-9.\-]+/#) != nil }
    var headers = YAMLMapping()
    func set(_ name: String, _ value: String?) {
      if let value, !value.isEmpty { headers[name] = .text(value.replacing("${", with: "$${")) }
    }
    let frames = secure["custom_frame_options_value"]?.string
    set("x-frame-options", frames ?? (secure["frame_deny"]?.bool == true ? "DENY" : nil))
    set("x-content-type-options", secure["content_type_nosniff"]?.bool == true ? "nosniff" : nil)
    set("x-xss-protection", secure["browser_xss_filter"]?.bool == true ? "1; mode=block" : nil)
    set("content-security-policy", secure["content_security_policy"]?.string)
    set("referrer-policy", secure["referrer_policy"]?.string)
    let seconds = secure["sts_seconds"]?.count ?? 0
    let subdomains = secure["sts_include_subdomains"]?.bool == true
    // Of a proxy before the gateway that ends TLS, browsers hear by the header.
    if seconds > 0, !overTLS {
      set("strict-transport-security", "max-age=\(seconds)\(subdomains ? "; includeSubDomains" : "")")
    }
    if !headers.isEmpty { defaults["responseHeaders"] = .mapping(headers) }
    guard seconds > 0, overTLS else { return }
    var hsts = YAMLMapping()
    hsts["maxAge"] = .bare(DurationText.text(milliseconds: seconds * 1000))
    if subdomains { hsts["includeSubdomains"] = .bare("true") }
    gateway.add("hsts", .inline(hsts), from: [secure.pointer])
  }
}
