/// One value of a document, by reference: 16 bytes, no copying. It keeps the whole document alive.
///
/// Accessors that don't fit the kind answer nil or zero, never trap.
public struct JSONSlice: Sendable {
  let text: JSONText
  let node: Int

  @inline(__always)
  init(text: JSONText, node: Int) {
    self.text = text
    self.node = node
  }

  @inline(__always) var entry: JSONNode { text.nodes[node] }

  /// What the value is.
  @inline(__always)
  public var kind: JSONKind { entry.kind }

  /// Members of an object (duplicates counted each), elements of an array, else 0.
  public var count: Int {
    let stored = entry.storedCount
    if stored < JSONNode.countCeiling { return Int(widening: stored) }
    var counted = 0
    if kind == .object { for _ in members { counted += 1 } } else { for _ in elements { counted += 1 } }
    return counted
  }

  /// Length of the value's text in bytes.
  @inline(__always)
  public var byteCount: Int { Int(widening: entry.end &- entry.start) }

  /// Where the value begins in its document, in bytes.
  public var offset: Int { Int(widening: entry.start) }

  /// True where both are the same place of the same document.
  public func isSamePlace(as other: JSONSlice) -> Bool {
    text === other.text && node == other.node
  }

  /// The element at `index`, counted from 0; nil outside the array, or where this is no array. Walks there.
  public subscript(index: Int) -> JSONSlice? {
    let here = entry
    guard here.kind == .array, index >= 0, index < count else { return nil }
    var at = node &+ 1
    for _ in 0..<index { at = Int(widening: text.nodes[at].next) }
    return JSONSlice(text: text, node: at)
  }

  /// The bytes exactly as they came, for the duration of the call.
  @inline(__always)
  public func withBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
    let here = entry
    return try text.bytes.withUnsafeBytes {
      try body(UnsafeRawBufferPointer(rebasing: $0[Int(widening: here.start)..<Int(widening: here.end)]))
    }
  }
}
