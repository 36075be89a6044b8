/// Definitions from a configuration of nginx: a whole `nginx.conf`, or a file with servers. *Confined to* one import.
package final class NginxImporter {
  let marks = ReadMarks()
  let exists: (String) -> Bool
  var backends = NginxBackends()
  var zones: [String: NginxZone] = [:]
  var gateway = YAMLMapping()
  /// Whether the server that is read refuses everybody, as its guard is not translated.
  var isServerClosed = false
  var listeners: [NginxListener] = []
  private var files: [(name: String, mapping: YAMLMapping)] = []

  private init(exists: @escaping (String) -> Bool) { self.exists = exists }

  /// - Parameter exists: whether there is a file or folder on this machine. What names one that is not there is only
  ///   proposed, as a comment, since `check` wants it to be there.
  package static func definitions(
    of text: String, exists: @escaping (String) -> Bool = { _ in false }
  ) throws(ImportError) -> ImportedDefinitions {
    let importer = NginxImporter(exists: exists)
    let directives = try NginxParser.parse(text)
    let root = NginxDirective(name: "", arguments: [], block: directives, place: "1:1", path: "")
    let http = root["http"] ?? root
    let servers = http.all("server")
    guard !servers.isEmpty else { throw ImportError("this is no configuration of nginx: it has no `server`") }
    importer.readZones(http)
    for upstream in http.all("upstream") { importer.backends.add(upstream) }
    var names = DefinitionNames()
    _ = names.next(like: "gateway", or: "gateway")
    _ = names.next(like: "backends", or: "backends")
    for server in servers { importer.readServer(server, in: [http], &names) }
    importer.readProcess(http)
    importer.remarkUnread(directives)
    return importer.finish()
  }

  func remark(_ message: String, at directive: NginxDirective) {
    marks.remark(message, at: directive.path, place: directive.place)
  }

  func add(_ name: String, _ mapping: YAMLMapping) { files.append((name, mapping)) }

  private func finish() -> ImportedDefinitions {
    var all: [(String, YAMLMapping)] = []
    if let listen = NginxListener.listen(listeners, self) { gateway.entries.insert(contentsOf: listen, at: 0) }
    if !gateway.entries.isEmpty { all.append(("gateway.yaml", gateway)) }
    let backends = backends.mapping
    if files.isEmpty {
      files.append(
        (
          "api",
          YAMLMapping(entries: [.init(name: "routes", value: .mapping(Placeholder.routes(beside: YAMLMapping())))])
        ))
    }
    if files.count == 1, !backends.isEmpty {
      let index = files[0].mapping.entries.firstIndex { $0.name == "routes" } ?? 0
      files[0].mapping.entries.insert(.init(name: "backends", value: .mapping(backends)), at: index)
    } else if !backends.isEmpty {
      all.append(("backends.yaml", YAMLMapping(entries: [.init(name: "backends", value: .mapping(backends))])))
    }
    all += files.map { ("\($0.name).yaml", $0.mapping) }
    let head = [
      "Made by `weft import nginx`. What is not said here, or only nearly, is told by `import: LINE:COLUMN: …`."
    ]
    let last = all.count - 1
    let texts = YAMLWriter.text(
      all.map(\.1), remarks: marks.remarks, comments: all.indices.map { $0 == last ? head : [] })
    return ImportedDefinitions(files: Array(zip(all.map(\.0), texts)), remarks: marks.remarks)
  }

  private func readZones(_ http: NginxDirective) {
    for directive in http.all("limit_req_zone") + http.all("limit_conn_zone") {
      let words = directive.arguments
      func value(_ name: String) -> String? {
        words.first { $0.hasPrefix("\(name)=") }.map { String($0.dropFirst(name.count + 1)) }
      }
      guard let key = words.first, let name = value("zone").map({ String($0.prefix { $0 != ":" }) }) else { continue }
      zones[name] = NginxZone(key: key, rate: value("rate"), directive: directive)
    }
  }

  /// What belongs to the process: times that clients may take.
  private func readProcess(_ http: NginxDirective) {
    var timeouts = YAMLMapping()
    for (name, key) in [
      ("keepalive_timeout", "idle"), ("client_header_timeout", "head"), ("client_body_timeout", "body"),
    ] {
      guard let time = NginxText.milliseconds(http[name]?.arguments.first) else { continue }
      timeouts[key] = .bare(DurationText.text(milliseconds: time))
    }
    if !timeouts.isEmpty { gateway["timeouts"] = .inline(timeouts) }
  }

  /// What only tunes nginx' own process, and has no meaning here.
  private static let tuning: Set<String> = [
    "user", "pid", "worker_processes", "worker_rlimit_nofile", "worker_cpu_affinity", "events", "sendfile",
    "tcp_nopush",
    "tcp_nodelay", "types_hash_max_size", "types_hash_bucket_size", "server_names_hash_bucket_size", "default_type",
    "types", "proxy_http_version", "proxy_buffering", "proxy_buffers", "proxy_buffer_size", "proxy_busy_buffers_size",
    "proxy_request_buffering", "keepalive", "keepalive_requests", "server_tokens", "ssl_session_cache",
    "ssl_session_timeout", "ssl_session_tickets", "ssl_prefer_server_ciphers", "ssl_dhparam", "charset",
    "log_not_found", "zone", "gzip_vary", "gzip_proxied", "gzip_comp_level", "gzip_buffers", "gzip_http_version",
    "gzip_disable", "large_client_header_buffers", "client_body_buffer_size", "reset_timedout_connection", "http2",
    "proxy_send_timeout", "send_timeout", "limit_req_log_level", "index",
  ]

  private func remarkUnread(_ directives: [NginxDirective]) {
    for directive in directives where !Self.tuning.contains(directive.name) {
      if directive.isRead {
        remarkUnread(directive.block ?? [])
      } else if directive.name == "include", directive.arguments.first?.hasSuffix("mime.types") == true {
        continue
      } else {
        let hint = Self.hint(directive.name).map { ": \($0)" } ?? ""
        remark("`\(directive.name)` is not translated\(hint)", at: directive)
      }
    }
  }

  private static func hint(_ name: String) -> String? {
    switch name {
    case "include": "import that file as well"
    case "if", "map", "geo", "set": "`refuse`, `when` and expressions"
    case "error_page": "`errors` is the body of what Weft answers itself"
    case "access_log", "error_log", "log_format": "`log` in gateway.yaml"
    case "proxy_cache", "proxy_cache_path", "proxy_cache_valid", "proxy_cache_key":
      "composites have `cache`; a proxy keeps nothing"
    case "resolver": "the system's resolver is asked"
    case "fastcgi_pass", "uwsgi_pass", "grpc_pass", "scgi_pass": "backends speak HTTP"
    case "real_ip_header", "set_real_ip_from": "`trustedProxies` in gateway.yaml"
    case "proxy_ssl_verify", "proxy_ssl_trusted_certificate", "proxy_ssl_certificate", "proxy_ssl_name":
      "`tls` of a backend"
    case "ssl_ciphers": "`ciphers` of a listener's `tls`"
    case "sub_filter": "`response` of a composite"
    case "stream", "mail": "only HTTP is spoken"
    default: nil
    }
  }
}

/// What is counted, and how much of it is let through.
struct NginxZone {
  var key: String
  var rate: String?
  var directive: NginxDirective
}
