import Plans

/// Reads a mapping by its key set. Unknown keys, keys of a later version and missing ones are reported when it is
/// made, wrong values when they are asked for.
struct MappingReader<Keys: KeySet> {
  let node: YAMLNode
  let loading: Loading
  private let keys = Keys()
  /// Stand in for keys that the mapping itself does not have, the nearest first.
  private let defaults: [YAMLNode]

  /// `nil` where the node is no mapping.
  /// - Parameter defaults: mappings that were checked by readers of their own, the nearest first.
  init?(_ node: YAMLNode, _ loading: Loading, defaults: [YAMLNode] = []) {
    guard let pairs = node.pairs else {
      loading.report(node, "expected a mapping, found \(loading.kind(of: node)); \(Keys.noun) has \(Self.allowed)")
      return nil
    }
    self.node = node
    self.loading = loading
    self.defaults = defaults
    let all = Keys.all
    for pair in pairs {
      guard let key = all.first(where: { $0.name == pair.name }) else {
        let hint = Suggestion.hint(for: pair.name, among: all.filter(\.isAvailable).map(\.name))
        loading.report(
          pair.key, "unknown key `\(pair.name)`; \(Keys.noun) has \(Self.allowed)",
          hint: Keys.advice(for: pair.name) ?? hint)
        continue
      }
      if let key = key as? LaterKey {
        loading.report(pair.key, "`\(pair.name)` is not available in this version of Weft", hint: key.advice)
      }
    }
    for key in all where key.isRequired && self.pair(key.name) == nil {
      loading.report(node, "`\(key.name)` is missing; \(Keys.noun) needs it")
    }
  }

  private static var allowed: String {
    Keys.all.filter(\.isAvailable).map(\.name).joined(separator: ", ")
  }

  /// The value of a key; `nil` where it is not given, or wrong and reported. Ask once per key.
  subscript<Value>(path: KeyPath<Keys, Key<Value>>) -> Value? {
    let key = keys[keyPath: path]
    return pair(key.name).flatMap { key.type.read($0.value, loading) }
  }

  /// The key's name and node, where it is given here or among the defaults.
  func pair<Value>(_ path: KeyPath<Keys, Key<Value>>) -> YAMLNode.Pair? {
    pair(keys[keyPath: path].name)
  }

  /// Reports the one of two keys that is given without the other.
  func checkTogether<First, Second>(_ first: KeyPath<Keys, Key<First>>, _ second: KeyPath<Keys, Key<Second>>) {
    let given = [pair(first), pair(second)].compactMap(\.self)
    guard given.count == 1 else { return }
    let names = "`\(keys[keyPath: first].name)` and `\(keys[keyPath: second].name)`"
    loading.report(given[0].key, "\(names) go together; only one of them is given")
  }

  /// Given in this mapping, not among the defaults.
  func isExplicit<Value>(_ path: KeyPath<Keys, Key<Value>>) -> Bool {
    node[keys[keyPath: path].name] != nil
  }

  /// All that holds, the defaults included, in the order of the key set.
  var effectivePairs: [YAMLNode.Pair] { Keys.all.compactMap { pair($0.name) } }

  /// The key wherever it is given, the nearest first: the first counts.
  func levels(_ name: String) -> [YAMLNode.Pair] { ([node] + defaults).compactMap { $0[name] } }

  /// Given here or among the defaults.
  func pair(_ name: String) -> YAMLNode.Pair? {
    levels(name).first
  }
}
