/// A doubly linked queue of keys over arrays: new ones come in at the head, old ones leave at the tail.
struct Queue {
  struct Node {
    var key: Int
    var size: Int
    var previous: Int
    var next: Int
    /// Visits, up to three; the policies use it as they like.
    var visits: UInt8
  }

  private(set) var nodes: [Node] = []
  private var free: [Int] = []
  private(set) var head = -1
  private(set) var tail = -1
  private(set) var bytes = 0
  private(set) var count = 0

  subscript(index: Int) -> Node { nodes[index] }

  mutating func push(_ key: Int, _ size: Int) -> Int {
    let node = Node(key: key, size: size, previous: -1, next: head, visits: 0)
    let index: Int
    if let reused = free.popLast() {
      index = reused
      nodes[index] = node
    } else {
      index = nodes.count
      nodes.append(node)
    }
    if head >= 0 { nodes[head].previous = index } else { tail = index }
    head = index
    bytes += size
    count += 1
    return index
  }

  mutating func remove(_ index: Int) {
    let node = nodes[index]
    if node.previous >= 0 { nodes[node.previous].next = node.next } else { head = node.next }
    if node.next >= 0 { nodes[node.next].previous = node.previous } else { tail = node.previous }
    bytes -= node.size
    count -= 1
    free.append(index)
  }

  mutating func visit(_ index: Int, limit: UInt8) {
    if nodes[index].visits < limit { nodes[index].visits += 1 }
  }

  mutating func setVisits(_ index: Int, _ visits: UInt8) {
    nodes[index].visits = visits
  }
}
