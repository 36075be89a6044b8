import Plans

/// Finds the route of a request: by host (exact, then the longest `*.` suffix, then routes of every host), then by
/// path. A host that has no fitting route falls through to the next group. Compiled once; immutable.
package struct Router: Sendable {
  /// What is routed to: a pattern and its methods, on some hosts.
  package struct Entry: Sendable {
    package var methods: MethodSet
    package var pattern: PathPattern
    /// As `RoutePlan.hosts`.
    package var hosts: [String]
    /// Its OPTIONS are answered by the backend.
    package var isProxy: Bool

    package init(_ methods: MethodSet, _ pattern: PathPattern, hosts: [String] = [], isProxy: Bool = false) {
      self.methods = methods
      self.pattern = pattern
      self.hosts = hosts
      self.isProxy = isProxy
    }
  }

  /// As `RoutePlan.name`, in the order of the routes.
  package let names: [String]
  private let patterns: [PathPattern]
  private var exact: [String: RouteTrie] = [:]
  /// Suffixes with their leading dot, longest first.
  private var wildcards: [(suffix: String, trie: RouteTrie)] = []
  private var anyHost = RouteTrie()

  package init(_ routes: [RoutePlan]) {
    self.init(
      routes.map {
        if case .proxy = $0.work {
          Entry($0.methods, $0.pattern, hosts: $0.hosts, isProxy: true)
        } else {
          Entry($0.methods, $0.pattern, hosts: $0.hosts)
        }
      })
  }

  package init(_ entries: [Entry]) {
    names = entries.map { "\($0.methods) \($0.pattern)" }
    patterns = entries.map(\.pattern)
    for (index, entry) in entries.enumerated() {
      if entry.hosts.isEmpty { anyHost.insert(entry.pattern, entry.methods, route: index, isProxy: entry.isProxy) }
      for host in entry.hosts { insert(entry, index, host) }
    }
    wildcards.sort { $0.suffix.utf8.count > $1.suffix.utf8.count }
  }

  private mutating func insert(_ entry: Entry, _ index: Int, _ host: String) {
    guard host.hasPrefix("*.") else {
      exact[host, default: RouteTrie()].insert(entry.pattern, entry.methods, route: index, isProxy: entry.isProxy)
      return
    }
    let suffix = String(host.dropFirst())
    let place = wildcards.firstIndex { $0.suffix == suffix }
    if place == nil { wildcards.append((suffix, RouteTrie())) }
    wildcards[place ?? wildcards.count - 1].trie
      .insert(entry.pattern, entry.methods, route: index, isProxy: entry.isProxy)
  }

  /// `host` as the client sent it, in any case and perhaps with a port; `path` raw, without query.
  package func match(host: String, method: String, path: UnsafeBufferPointer<UInt8>) -> RouteMatch {
    guard PathCheck.isGood(path) else { return .badPath }
    var allow: [String] = []
    if !exact.isEmpty || !wildcards.isEmpty {
      let name = Self.hostName(host)
      if let trie = exact[name], let route = trie.match(path, method, allow: &allow) { return .route(route) }
      for entry in wildcards where name.utf8.count > entry.suffix.utf8.count && name.hasSuffix(entry.suffix) {
        if let route = entry.trie.match(path, method, allow: &allow) { return .route(route) }
      }
    }
    if let route = anyHost.match(path, method, allow: &allow) { return .route(route) }
    if allow.isEmpty { return .notFound }
    if !allow.contains("OPTIONS") { allow.append("OPTIONS") }
    return .methodNotAllowed(allow: allow.joined(separator: ", "))
  }

  /// Lower case, without port and without the dot of a full domain name.
  static func hostName(_ host: String) -> String {
    var name = host.lowercased()[...]
    if let colon = name.utf8.lastIndex(of: UInt8(ascii: ":")), !name[colon...].utf8.contains(UInt8(ascii: "]")) {
      name = name[..<colon]
    }
    if name.utf8.last == UInt8(ascii: ".") { name.removeLast() }
    return String(name)
  }

  /// The values of a route's parameters (decoded) and rest (with its own escapes), in the pattern's order. `path` must
  /// be one that `match` gave this route for.
  package func captures(
    route: Int, path: UnsafeBufferPointer<UInt8>
  ) -> [(name: String, value: String)] {
    var captures: [(name: String, value: String)] = []
    var start = 0
    for segment in patterns[route].segments {
      var end = min(start + 1, path.count)
      switch segment {
      case .rest(let name):
        captures.append((name, String(decoding: path[end...], as: UTF8.self)))
        return captures
      case .literal:
        while end < path.count && path[end] != UInt8(ascii: "/") { end += 1 }
      case .parameter(let name):
        let first = end
        while end < path.count && path[end] != UInt8(ascii: "/") { end += 1 }
        captures.append((name, Percent.text(path, first..<end)))
      }
      start = end
    }
    return captures
  }
}

/// What the router says of one request.
package enum RouteMatch: Sendable, Equatable {
  /// Index into the routes that the router was made of.
  case route(Int)
  case notFound
  /// The path exists, the method does not (or is OPTIONS, which no route takes): the value of `Allow`.
  case methodNotAllowed(allow: String)
  /// A path that may not be matched at all: 400.
  case badPath
}
