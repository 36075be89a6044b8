import Glibc

extension JSONSlice {
  /// The value of the member with that name, compared by code points; the last one where there are several. Walks the
  /// object; allocates nothing.
  @inline(__always)
  public subscript(member name: JSONName) -> JSONSlice? {
    name.withUTF8 { value(named: $0) }
  }

  /// The same by a string, which is best made once as a ``JSONName`` where it is used often.
  public subscript(member name: String) -> JSONSlice? {
    var name = name
    return name.withUTF8 { value(named: UnsafeRawBufferPointer($0)) }
  }

  private func value(named name: UnsafeRawBufferPointer) -> JSONSlice? {
    let here = entry
    guard here.kind == .object else { return nil }
    let nodes = text.nodes
    let end = Int(widening: here.next)
    var at = node &+ 1
    var found = -1
    text.bytes.withUnsafeBytes { bytes in
      let base = bytes.baseAddress!
      while at < end {
        let key = nodes[at]
        if JSONSlice.key(key, base, equals: name) { found = at &+ 1 }
        at = Int(widening: nodes[at &+ 1].next)
      }
    }
    return found < 0 ? nil : JSONSlice(text: text, node: found)
  }

  @inline(__always)
  private static func key(_ key: JSONNode, _ base: UnsafeRawPointer, equals name: UnsafeRawBufferPointer) -> Bool {
    let length = Int(widening: key.end &- key.start) &- 2
    let start = base + Int(widening: key.start) + 1
    if key.isEscaped {
      return JSONUnescape.equals(UnsafeRawBufferPointer(start: start, count: length), name)
    }
    return length == name.count && (length == 0 || memcmp(start, name.baseAddress!, length) == 0)
  }
}
