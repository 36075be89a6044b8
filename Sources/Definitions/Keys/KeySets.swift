/// All key sets of the language, found by following what the keys hold: none can be left out.
enum KeySets {
  static var all: [any KeySet.Type] {
    var found: [any KeySet.Type] = []
    for root in [FileKeys.self, GatewayKeys.self, TestKeys.self] as [any KeySet.Type] { add(root, to: &found) }
    return found
  }

  private static func add(_ keys: any KeySet.Type, to found: inout [any KeySet.Type]) {
    guard !found.contains(where: { $0.title == keys.title }) else { return }
    found.append(keys)
    for key in keys.all { for inner in tables(in: key.shape) { add(inner, to: &found) } }
  }

  private static func tables(in shape: Shape) -> [any KeySet.Type] {
    switch shape {
    case .table(let keys), .partial(let keys): [keys]
    case .list(let element, _), .entries(_, let element, _, _): tables(in: element)
    case .either(let left, let right): tables(in: left) + tables(in: right)
    default: []
    }
  }

  /// Whether some mapping has keys of this set without being a whole one.
  static func isPartialSomewhere(_ keys: any KeySet.Type) -> Bool {
    for set in all {
      for key in set.all {
        if case .partial(let partial) = key.shape, partial.title == keys.title { return true }
      }
    }
    return false
  }
}
