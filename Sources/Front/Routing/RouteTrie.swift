import Plans

/// A trie over path segments. Compiled once; immutable. Literals come before a parameter, a parameter before a rest,
/// and a branch that ends nowhere, or at other methods only, is left for the next. A node stands for one prefix of
/// patterns, so a lookup visits each at most once: backtracking can't explode.
struct RouteTrie: Sendable {
  fileprivate struct Node: Sendable {
    /// Sorted by hash.
    var literals: [(hash: UInt64, bytes: [UInt8], child: Int)] = []
    var parameter: Int?
    var ends = MethodTable()
    var rests = MethodTable()
  }

  private var nodes = [Node()]

  mutating func insert(_ pattern: PathPattern, _ methods: MethodSet, route: Int, isProxy: Bool) {
    var node = 0
    for segment in pattern.segments {
      switch segment {
      case .literal(let text): node = literalChild(of: node, Array(text.utf8))
      case .parameter: node = parameterChild(of: node)
      case .rest:
        nodes[node].rests.add(methods, route: route, isProxy: isProxy)
        return
      }
    }
    nodes[node].ends.add(methods, route: route, isProxy: isProxy)
  }

  private mutating func literalChild(of node: Int, _ bytes: [UInt8]) -> Int {
    let hash = bytes.reduce(Self.hashSeed, Self.hash)
    let place = nodes[node].literals.firstIndex { $0.hash >= hash } ?? nodes[node].literals.count
    if let found = nodes[node].literals[place...].first(where: { $0.hash == hash && $0.bytes == bytes }) {
      return found.child
    }
    nodes.append(Node())
    nodes[node].literals.insert((hash, bytes, nodes.count - 1), at: place)
    return nodes.count - 1
  }

  private mutating func parameterChild(of node: Int) -> Int {
    if let child = nodes[node].parameter { return child }
    nodes.append(Node())
    nodes[node].parameter = nodes.count - 1
    return nodes.count - 1
  }

  /// FNV-1a over decoded bytes.
  private static let hashSeed: UInt64 = 0xCBF2_9CE4_8422_2325

  @inline(__always)
  private static func hash(_ hash: UInt64, _ byte: UInt8) -> UInt64 {
    (hash ^ UInt64(truncatingIfNeeded: byte)) &* 0x100_0000_01B3
  }

  /// The route for a checked path, or nil; then `allow` holds the methods of the patterns that fit.
  func match(_ path: UnsafeBufferPointer<UInt8>, _ method: String, allow: inout [String]) -> Int? {
    match(node: 0, at: 0, path, method, &allow)
  }

  /// `start` is the slash before the next segment, or the end.
  private func match(
    node index: Int, at start: Int, _ path: UnsafeBufferPointer<UInt8>, _ method: String, _ allow: inout [String]
  ) -> Int? {
    let node = nodes[index]
    if start == path.count {
      return pick(node.ends, method, &allow) ?? pick(node.rests, method, &allow)
    }
    var end = start + 1
    var hash = Self.hashSeed
    while end < path.count && path[end] != UInt8(ascii: "/") {
      let (byte, length) = Percent.decoded(path, at: end)
      hash = Self.hash(hash, byte)
      end += length
    }
    if let child = node.literal(hash, path, start + 1..<end),
      let route = match(node: child, at: end, path, method, &allow)
    {
      return route
    }
    if end > start + 1, let child = node.parameter, let route = match(node: child, at: end, path, method, &allow) {
      return route
    }
    return pick(node.rests, method, &allow)
  }

  private func pick(_ table: MethodTable, _ method: String, _ allow: inout [String]) -> Int? {
    if table.isEmpty { return nil }
    if let route = table.route(method) { return route }
    table.list(into: &allow)
    return nil
  }
}

extension RouteTrie.Node {
  /// Binary search by hash, then the decoded bytes.
  fileprivate func literal(_ hash: UInt64, _ path: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> Int? {
    var low = 0
    var high = literals.count
    while low < high {
      let middle = (low + high) / 2
      if literals[middle].hash < hash { low = middle + 1 } else { high = middle }
    }
    while low < literals.count && literals[low].hash == hash {
      if Self.equals(literals[low].bytes, path, range) { return literals[low].child }
      low += 1
    }
    return nil
  }

  private static func equals(_ bytes: [UInt8], _ path: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> Bool {
    var index = range.lowerBound
    for expected in bytes {
      guard index < range.upperBound else { return false }
      let (byte, length) = Percent.decoded(path, at: index)
      guard byte == expected else { return false }
      index += length
    }
    return index == range.upperBound
  }
}
