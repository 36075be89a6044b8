import Glibc

/// The one pass over a document: validates it and appends a node per value. Owns the node buffer until `takeNodes`
/// or `discard`.
struct JSONScanner {
  private var nodes: UnsafeMutablePointer<JSONNode>
  private var capacity: Int
  private var count = 0
  private let maxDepth: Int

  /// Expects about one node in six bytes, which is dense; the buffer grows by doubling where there are more. Memory
  /// that is not written to costs nothing.
  init(maxDepth: Int, byteCount: Int) {
    self.maxDepth = max(0, maxDepth)
    capacity = byteCount / 6 + 8
    nodes = JSONScanner.reallocate(nil, capacity)
  }

  /// The nodes, to be freed by the caller with `free`. The buffer is only cut where most of it is unused: an allocator
  /// that gets back what it gave has it at hand for the next document, without asking the kernel for fresh pages.
  mutating func takeNodes() -> (UnsafePointer<JSONNode>, Int) {
    if capacity > 256, count < capacity / 4 { nodes = JSONScanner.reallocate(nodes, count) }
    return (UnsafePointer(nodes), count)
  }

  /// Frees what was found so far.
  mutating func discard() {
    free(nodes)
  }

  /// Returns what is wrong, or nil.
  mutating func scan(_ text: UnsafeBufferPointer<UInt8>) -> JSONError? {
    guard let base = text.baseAddress, text.count > 0 else { return JSONError(offset: 0, reason: .unexpectedEnd) }
    return withUnsafeTemporaryAllocation(of: UInt32.self, capacity: min(maxDepth, text.count) + 1) { open in
      run(base, text.count, open.baseAddress!)
    }
  }

  /// What may come next in the text.
  private enum State {
    case value, afterValue, name, close
  }

  /// The loop over the text. It is long because it is flat: every state that it kept in a function of its own would
  /// cost a call per value. `open` holds the numbers of the containers that are not closed yet.
  private mutating func run(
    _ p: UnsafePointer<UInt8>, _ n: Int, _ open: UnsafeMutablePointer<UInt32>
  ) -> JSONError? {
    var depth = 0
    var i = JSONScanner.byteOrderMark(p, n)
    var k = 0
    var out = nodes
    var room = capacity
    var state = State.value
    defer { count = k }
    while true {
      switch state {
      case .value:
        i = JSONScanner.skipSpace(p, i, n)
        if i >= n { return JSONError(offset: n, reason: .unexpectedEnd) }
        if k >= room { (out, room) = grow(k) }
        let start = i
        var flags: UInt32 = 0
        let kind: JSONKind
        switch p[i] {
        case UInt8(ascii: "\""):
          i = JSONStringScan.end(p, start, n, &flags)
          if i == 0 { return JSONStringScan.failure(p, start, n) }
          kind = .string
        case UInt8(ascii: "{"), UInt8(ascii: "["):
          let isObject = p[i] == UInt8(ascii: "{")
          if depth >= maxDepth { return JSONError(offset: i, reason: .tooDeep) }
          out[k] = JSONNode(
            start: UInt32(truncatingIfNeeded: i), end: 0, next: 0,
            tag: UInt32(truncatingIfNeeded: (isObject ? JSONKind.object : .array).rawValue))
          open[depth] = UInt32(truncatingIfNeeded: k)
          depth &+= 1
          k &+= 1
          i = JSONScanner.skipSpace(p, i &+ 1, n)
          if i < n, p[i] == (isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")) {
            i &+= 1
            state = .close
          } else {
            state = isObject ? .name : .value
          }
          continue
        case UInt8(ascii: "t"):
          i = JSONScanner.word("true", p, i, n)
          kind = .true
        case UInt8(ascii: "f"):
          i = JSONScanner.word("false", p, i, n)
          kind = .false
        case UInt8(ascii: "n"):
          i = JSONScanner.word("null", p, i, n)
          kind = .null
        default:
          i = JSONNumberScan.end(p, i, n)
          kind = .number
        }
        if i == 0 { return JSONScanner.valueFailure(p, start, n) }
        out[k] = JSONNode(
          start: UInt32(truncatingIfNeeded: start), end: UInt32(truncatingIfNeeded: i),
          next: UInt32(truncatingIfNeeded: k &+ 1), tag: UInt32(truncatingIfNeeded: kind.rawValue) | flags)
        k &+= 1
        state = .afterValue

      case .afterValue:
        i = JSONScanner.skipSpace(p, i, n)
        if depth == 0 { return i == n ? nil : JSONError(offset: i, reason: .trailingContent) }
        if i >= n { return JSONError(offset: n, reason: .unexpectedEnd) }
        let container = Int(widening: open[depth &- 1])
        if out[container].tag < JSONNode.countCeiling << JSONNode.countShift {
          out[container].tag &+= 1 << JSONNode.countShift
        }
        let isObject = out[container].tag & JSONNode.kindMask == UInt32(truncatingIfNeeded: JSONKind.object.rawValue)
        if p[i] == UInt8(ascii: ",") {
          i &+= 1
          state = isObject ? .name : .value
        } else if p[i] == (isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")) {
          i &+= 1
          state = .close
        } else {
          return JSONError(offset: i, reason: .unexpectedByte(p[i]))
        }

      case .close:
        depth &-= 1
        let container = Int(widening: open[depth])
        out[container].end = UInt32(truncatingIfNeeded: i)
        out[container].next = UInt32(truncatingIfNeeded: k)
        state = .afterValue

      case .name:
        i = JSONScanner.skipSpace(p, i, n)
        if i >= n { return JSONError(offset: n, reason: .unexpectedEnd) }
        if p[i] != UInt8(ascii: "\"") { return JSONError(offset: i, reason: .unexpectedByte(p[i])) }
        if k >= room { (out, room) = grow(k) }
        let start = i
        var flags: UInt32 = 0
        i = JSONStringScan.end(p, start, n, &flags)
        if i == 0 { return JSONStringScan.failure(p, start, n) }
        out[k] = JSONNode(
          start: UInt32(truncatingIfNeeded: start), end: UInt32(truncatingIfNeeded: i),
          next: UInt32(truncatingIfNeeded: k &+ 1), tag: JSONNode.key | flags)
        k &+= 1
        i = JSONScanner.skipSpace(p, i, n)
        if i >= n { return JSONError(offset: n, reason: .unexpectedEnd) }
        if p[i] != UInt8(ascii: ":") { return JSONError(offset: i, reason: .unexpectedByte(p[i])) }
        i &+= 1
        state = .value
      }
    }
  }

  /// Length of a byte order mark, which a reader may pass over (RFC 8259 §8.1).
  private static func byteOrderMark(_ p: UnsafePointer<UInt8>, _ n: Int) -> Int {
    n >= 3 && p[0] == 0xEF && p[1] == 0xBB && p[2] == 0xBF ? 3 : 0
  }

  @inline(never)
  private mutating func grow(_ used: Int) -> (UnsafeMutablePointer<JSONNode>, Int) {
    capacity = max(capacity * 2, used + 8)
    nodes = JSONScanner.reallocate(nodes, capacity)
    return (nodes, capacity)
  }

  private static func reallocate(
    _ buffer: UnsafeMutablePointer<JSONNode>?, _ capacity: Int
  ) -> UnsafeMutablePointer<JSONNode> {
    guard let memory = realloc(buffer, max(1, capacity) * MemoryLayout<JSONNode>.stride) else {
      fatalError("out of memory for \(capacity) JSON nodes")
    }
    return memory.assumingMemoryBound(to: JSONNode.self)
  }
}
