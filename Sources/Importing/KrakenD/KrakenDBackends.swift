/// Backends of a configuration: each endpoint writes its own, those that are alike become one.
struct KrakenDBackends {
  struct Settings: Hashable {
    var hosts: [String]
    var breaker: YAMLMapping?
    var oauth2: YAMLMapping?
    /// With a proposal of what the files on this machine would be.
    var tls: YAMLMapping?
    var attempts = 1
    var forwardsAll = false
  }

  private(set) var all: [(name: String, settings: Settings, origins: [String])] = []
  private var names = DefinitionNames()
  /// Of each backend, the headers that its calls send on: one list where all agree.
  private var forwarded: [String: Set<[String]>] = [:]

  mutating func name(of settings: Settings, from origin: String) -> String {
    if let index = all.firstIndex(where: { $0.settings == settings }) { return all[index].name }
    let name = names.next(like: Self.wish(settings.hosts.first ?? ""), or: "backend")
    all.append((name, settings, [origin]))
    return name
  }

  mutating func note(_ headers: [String], of name: String) { forwarded[name, default: []].insert(headers) }

  /// The headers that all calls of a backend send on; `nil` where they differ.
  func shared(_ name: String) -> [String]? {
    guard let lists = forwarded[name], lists.count == 1 else { return nil }
    return lists.first
  }

  /// The definition's `backends`.
  func mapping() -> YAMLMapping {
    var mapping = YAMLMapping()
    for (name, settings, _) in all {
      var backend = YAMLMapping()
      if settings.hosts.count == 1 {
        backend["url"] = .text(settings.hosts[0])
      } else {
        backend["urls"] = .block(settings.hosts.map { .text($0) })
      }
      if settings.attempts > 1 {
        backend["retry"] = .inline(
          YAMLMapping(entries: [.init(name: "attempts", value: .bare("\(settings.attempts)"))]))
      }
      if let breaker = settings.breaker { backend["breaker"] = .inline(breaker) }
      if let oauth2 = settings.oauth2 { backend["oauth2"] = .mapping(oauth2) }
      if let tls = settings.tls { backend["tls"] = .mapping(tls) }
      if settings.forwardsAll {
        backend["forward"] = .bare("all")
      } else if let shared = shared(name), !shared.isEmpty {
        backend["forward"] = .texts(shared)
      }
      mapping[name] = .mapping(backend)
    }
    return mapping
  }

  /// `users` for `http://users.internal:8080`, `github` for `https://api.github.com`.
  private static func wish(_ host: String) -> String {
    let rest = host.split(separator: "://", maxSplits: 1).last ?? ""
    let name = rest.prefix { $0 != "/" && $0 != ":" }
    let labels = name.split(separator: ".")
    guard let first = labels.first, !name.allSatisfy({ $0.isNumber || $0 == "." }), name != "localhost" else {
      return "backend"
    }
    return String(labels.count > 2 && ["api", "www"].contains(first) ? labels[1] : first)
  }
}
