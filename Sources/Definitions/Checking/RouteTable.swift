import Plans

/// All routes of a folder, as far as they compete for requests.
struct RouteTable {
  private struct Entry {
    let route: RoutePlan
    let key: YAMLNode
  }

  private var entries: [String: [Entry]] = [:]
  /// In the order in which they were added.
  private var rests: [Entry] = []
  private var coverage = RouteCoverage()

  /// Reports a route that another one leaves nothing to: same path but for names of captures, a host and a method in
  /// common. Routes that are only more general are reached by what the others do not take.
  mutating func add(_ route: RoutePlan, key: YAMLNode, _ loading: Loading) {
    let shape = Self.shape(route.pattern)
    for earlier in entries[shape] ?? [] {
      guard let methods = Self.common(earlier.route.methods, route.methods),
        let host = Self.commonHost(earlier.route.hosts, route.hosts)
      else { continue }
      let isSame = methods == route.methods.description && earlier.route.name == route.name
      let what =
        isSame
        ? "`\(route.name)` is given twice"
        : "`\(route.name)` is never reached\(methods == route.methods.description ? "" : " by \(methods)"): "
          + "`\(earlier.route.name)` takes the same requests"
      loading.report(
        key, "\(what)\(host); the first is at \(earlier.route.location)", hint: "remove one of them")
      break
    }
    entries[shape, default: []].append(Entry(route: route, key: key))
    if case .rest? = route.pattern.segments.last { rests.append(Entry(route: route, key: key)) }
    coverage.add(route)
  }

  /// Reports each `*rest` that more specific routes leave nothing to, between them.
  func reportCovered(_ loading: Loading) {
    for entry in rests {
      let route = entry.route
      for host in route.hosts.isEmpty ? [""] : route.hosts {
        let methods = route.methods.names.filter { coverage.cover(of: route, method: $0, host: host) != nil }
        guard let first = methods.first, let others = coverage.cover(of: route, method: first, host: host) else {
          continue
        }
        let names = others.map { "`\($0.name)`" }
        let by = methods.count == route.methods.names.count ? "" : " by \(methods.joined(separator: "|"))"
        loading.report(
          entry.key,
          "`\(route.name)` is never reached\(by): \(names.dropLast().joined(separator: ", ")) and \(names.last ?? "") "
            + "are more specific and take all its requests\(host.isEmpty ? "" : " for \(host)") between them",
          hint: "remove it")
        break
      }
    }
  }

  private static func shape(_ pattern: PathPattern) -> String {
    pattern.segments.map { segment in
      switch segment {
      case .literal(let text): "/=\(text)"
      case .parameter: "/:"
      case .rest: "/*"
      }
    }.joined()
  }

  /// Methods that both answer to. A route for a method goes before one for ANY, so these two have none in common.
  private static func common(_ left: MethodSet, _ right: MethodSet) -> String? {
    switch (left, right) {
    case (.any, .any): return "ANY"
    case (.only(let one), .only(let two)):
      let both = two.filter(one.contains)
      return both.isEmpty ? nil : both.joined(separator: "|")
    default: return nil
    }
  }

  /// A phrase for the message; `nil` where no host is common to both.
  private static func commonHost(_ left: [String], _ right: [String]) -> String? {
    if left.isEmpty && right.isEmpty { return "" }
    let both = right.filter(left.contains)
    return both.isEmpty ? nil : " for \(both.joined(separator: ", "))"
  }
}

extension MethodSet {
  /// `ANY` is one of its own: it answers to methods that no other route can name.
  fileprivate var names: [String] {
    switch self {
    case .any: ["ANY"]
    case .only(let names): names
    }
  }
}
