import JSONText

/// The elements of an array, built or of a document, without making a list of them.
struct Elements: Sequence, IteratorProtocol {
  private enum Source {
    case built([JSONValue])
    case slice(JSONElements)
  }

  private var source: Source
  private var at = 0
  let count: Int

  /// Nil where the value is no array.
  @inline(__always)
  init?(_ value: JSONValue) {
    switch value {
    case .array(let elements):
      source = .built(elements)
      count = elements.count
    case .slice(let slice) where slice.kind == .array:
      source = .slice(slice.elements)
      count = slice.count
    default: return nil
    }
  }

  @inline(__always)
  mutating func next() -> JSONValue? {
    switch source {
    case .built(let elements):
      guard at < elements.count else { return nil }
      at &+= 1
      return elements[at &- 1]
    case .slice(var elements):
      guard let element = elements.next() else { return nil }
      source = .slice(elements)
      return .slice(element)
    }
  }
}
