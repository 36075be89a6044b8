/// Upstreams, and hosts that `proxy_pass` names.
struct NginxBackends {
  private var upstreams: [String: NginxDirective] = [:]
  private var names = DefinitionNames()
  private var made: [(key: String, name: String, mapping: YAMLMapping, origin: String)] = []

  mutating func add(_ upstream: NginxDirective) {
    upstream.isRead = true
    if let name = upstream.arguments.first { upstreams[name] = upstream }
  }

  /// - Parameter settings: of the location: `connectTimeout`, `retry`.
  mutating func name(
    scheme: String, host: String, _ settings: YAMLMapping, from origin: NginxDirective, _ marks: ReadMarks
  ) -> String {
    let key = "\(scheme)://\(host) \(settings.entries)"
    if let found = made.first(where: { $0.key == key }) { return found.name }
    let upstream = upstreams[host]
    var backend = upstream.map { Self.backend($0, scheme, marks) } ?? YAMLMapping()
    if upstream == nil { backend["url"] = .text("\(scheme)://\(host)") }
    for entry in settings.entries where backend[entry.name] == nil || entry.name != "retry" {
      backend[entry.name] = entry.value
    }
    let label = host.prefix { $0 != ":" }
    let isAddress = label.allSatisfy { $0.isNumber || $0 == "." } || label == "localhost"
    let wish = upstream != nil ? host : isAddress ? "backend" : String(label.prefix { $0 != "." })
    let name = names.next(like: wish, or: "backend")
    made.append((key, name, backend, (upstream ?? origin).path))
    return name
  }

  /// The definition's `backends`.
  var mapping: YAMLMapping {
    var all = YAMLMapping()
    for (_, name, mapping, origin) in made { all.add(name, .mapping(mapping), from: [origin]) }
    return all
  }

  private static func backend(_ upstream: NginxDirective, _ scheme: String, _ marks: ReadMarks) -> YAMLMapping {
    var backend = YAMLMapping()
    var addresses: [YAMLTree] = []
    var failures: (most: Int, time: Int)?
    for server in upstream.all("server") {
      guard let address = server.arguments.first else { continue }
      let words = Array(server.arguments.dropFirst())
      func value(_ name: String) -> String? {
        words.first { $0.hasPrefix("\(name)=") }.map { String($0.dropFirst(name.count + 1)) }
      }
      guard !words.contains("down") else { continue }
      guard !words.contains("backup") else {
        marks.remark(
          "`backup`: addresses are used alike, those that fail are left out by `breaker` and `health`", at: server.path,
          place: server.place)
        continue
      }
      if let most = value("max_fails").flatMap({ Int($0) }), most > 0 {
        failures = (most, NginxText.milliseconds(value("fail_timeout")) ?? 10_000)
      }
      let url: YAMLTree = .text(address.hasPrefix("unix:") ? address : "\(scheme)://\(address)")
      if let weight = value("weight").flatMap({ Int($0) }), weight > 1 {
        addresses.append(
          .inline(
            YAMLMapping(entries: [
              .init(name: "url", value: url), .init(name: "weight", value: .bare("\(min(weight, 1000))")),
            ])))
      } else {
        addresses.append(url)
      }
    }
    if addresses.isEmpty { addresses.append(.text("\(scheme)://\(upstream.arguments.first ?? "localhost")")) }
    if addresses.count == 1, addresses[0].isScalar {
      backend["url"] = addresses[0]
    } else {
      backend["urls"] = .block(addresses)
    }
    for (directive, method) in [
      ("least_conn", "least-requests"), ("random", "random-of-two"), ("ip_hash", "hash(client.ip)"),
    ] {
      if upstream[directive] != nil { backend["balance"] = .text(method) }
    }
    if let failures {
      let time = DurationText.text(milliseconds: failures.time)
      backend["breaker"] = .inline(
        YAMLMapping(entries: [
          .init(name: "errorRate", value: .bare("100%")),
          .init(name: "minimumCalls", value: .bare("\(max(failures.most, 5))")),
          .init(name: "window", value: .bare(time)), .init(name: "openFor", value: .bare(time)),
        ]))
    }
    if addresses.count > 1 {
      // `proxy_next_upstream error timeout`, which nginx does unless told otherwise.
      backend["retry"] = .inline(
        YAMLMapping(entries: [.init(name: "on", value: .list([.bare("connect"), .bare("timeout")]))]))
    }
    return backend
  }
}
