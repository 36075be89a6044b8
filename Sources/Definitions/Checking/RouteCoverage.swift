import Plans

/// The tree of paths that routes take, host by host, as the router looks them up: literals before a capture, a capture
/// before a rest.
struct RouteCoverage {
  private struct Node {
    /// By segment; a capture stands under `:`.
    var children: [String: Int] = [:]
    var ends: [RoutePlan] = []
    var rests: [RoutePlan] = []
  }

  private var nodes: [Node] = []
  /// By host; the empty one is every host.
  private var roots: [String: Int] = [:]

  mutating func add(_ route: RoutePlan) {
    for host in route.hosts.isEmpty ? [""] : route.hosts {
      var node = roots[host] ?? makeNode()
      roots[host] = node
      var isRest = false
      for segment in route.pattern.segments {
        switch segment {
        case .literal(let text): node = child(of: node, "=\(text)")
        case .parameter: node = child(of: node, ":")
        case .rest: isRest = true
        }
      }
      if isRest { nodes[node].rests.append(route) } else { nodes[node].ends.append(route) }
    }
  }

  /// The routes that take every request of a `*rest` before it, in a method and on a host; `nil` where it is reached.
  func cover(of rest: RoutePlan, method: String, host: String) -> [RoutePlan]? {
    var node = roots[host]
    for segment in rest.pattern.segments.dropLast() {
      guard let here = node else { return nil }
      switch segment {
      case .literal(let text): node = nodes[here].children["=\(text)"]
      default: node = nodes[here].children[":"]
      }
    }
    return node.flatMap { coverBelow($0, method) }
  }

  /// By the path that ends here, by an empty segment, and by any other one: together they are all that a rest takes.
  private func coverBelow(_ index: Int, _ method: String) -> [RoutePlan]? {
    let node = nodes[index]
    // No path ends before its first slash.
    let end = node.ends.first { $0.takes(method) }
    guard end != nil || roots.values.contains(index),
      let empty = node.children["="].flatMap({ cover($0, method) }),
      let any = node.children[":"].flatMap({ cover($0, method) })
    else { return nil }
    return (end.map { [$0] } ?? []) + empty + any
  }

  private func cover(_ index: Int, _ method: String) -> [RoutePlan]? {
    nodes[index].rests.first { $0.takes(method) }.map { [$0] } ?? coverBelow(index, method)
  }

  private mutating func child(of node: Int, _ name: String) -> Int {
    if let child = nodes[node].children[name] { return child }
    let child = makeNode()
    nodes[node].children[name] = child
    return child
  }

  private mutating func makeNode() -> Int {
    nodes.append(Node())
    return nodes.count - 1
  }
}

extension RoutePlan {
  /// HEAD is answered where GET is; OPTIONS by Weft itself, but for proxies.
  fileprivate func takes(_ method: String) -> Bool {
    switch (methods, work) {
    case (.any, .composite), (.any, .redirect), (.any, .files): method != "OPTIONS"
    case (.any, .proxy): true
    case (.only(let names), .proxy) where method == "OPTIONS": !names.isEmpty
    case (.only(let names), _): names.contains(method) || method == "HEAD" && names.contains("GET")
    }
  }
}
