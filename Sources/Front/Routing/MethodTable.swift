import Plans

/// The routes that end at one node of the trie, by method. Immutable once compiled.
struct MethodTable: Sendable {
  private var specific: [(method: String, route: Int)] = []
  private var any: (route: Int, isProxy: Bool)?
  /// OPTIONS goes to this route unless another takes it by name: a proxy answers it from its backend.
  private var optionsProxy: Int?

  var isEmpty: Bool { specific.isEmpty && any == nil }

  /// The first route of a method stays; that there is no second is checked when definitions are loaded.
  mutating func add(_ methods: MethodSet, route: Int, isProxy: Bool) {
    switch methods {
    case .any:
      if any == nil { any = (route, isProxy) }
    case .only(let names):
      for name in names where !specific.contains(where: { $0.method == name }) { specific.append((name, route)) }
    }
    if isProxy && optionsProxy == nil { optionsProxy = route }
  }

  /// A route that names the method, else (for HEAD) the one of GET, else `ANY`. A composite's `ANY` is not asked for
  /// OPTIONS: the gateway answers that with `Allow`.
  func route(_ method: String) -> Int? {
    for entry in specific where entry.method == method { return entry.route }
    if method == "HEAD", let get = specific.first(where: { $0.method == "GET" }) { return get.route }
    if method == "OPTIONS" { return optionsProxy }
    return any?.route
  }

  /// Adds the methods that a request could have used.
  func list(into allow: inout [String]) {
    var names = any == nil ? [] : ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]
    for entry in specific {
      names.append(entry.method)
      if entry.method == "GET" { names.append("HEAD") }
    }
    for name in names where !allow.contains(name) { allow.append(name) }
  }
}
