/// The elements of an array in their order; empty for any other kind.
public struct JSONElements: Sequence, IteratorProtocol, Sendable {
  private let text: JSONText
  private var at: Int
  private let end: Int

  @inline(__always)
  init(_ slice: JSONSlice) {
    text = slice.text
    at = slice.node &+ 1
    end = slice.kind == .array ? Int(widening: slice.entry.next) : 0
  }

  /// The next element.
  @inline(__always)
  public mutating func next() -> JSONSlice? {
    guard at < end else { return nil }
    defer { at = Int(widening: text.nodes[at].next) }
    return JSONSlice(text: text, node: at)
  }
}

/// The members of an object in the order of the text, duplicates included; empty for any other kind.
public struct JSONMembers: Sequence, IteratorProtocol, Sendable {
  private let text: JSONText
  private var at: Int
  private let end: Int

  @inline(__always)
  init(_ slice: JSONSlice) {
    text = slice.text
    at = slice.node &+ 1
    end = slice.kind == .object ? Int(widening: slice.entry.next) : 0
  }

  /// The next member; its key is a slice of kind `string`.
  @inline(__always)
  public mutating func next() -> (key: JSONSlice, value: JSONSlice)? {
    guard at < end else { return nil }
    defer { at = Int(widening: text.nodes[at &+ 1].next) }
    return (JSONSlice(text: text, node: at), JSONSlice(text: text, node: at &+ 1))
  }
}

extension JSONSlice {
  /// The elements of an array; empty for any other kind.
  @inline(__always)
  public var elements: JSONElements { JSONElements(self) }

  /// The members of an object; empty for any other kind.
  @inline(__always)
  public var members: JSONMembers { JSONMembers(self) }
}
