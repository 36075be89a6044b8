import Messages

/// The header lines of a final head, as they came, in one piece. Kept raw: most are never looked at. Bytes that are not
/// UTF-8 are repaired when a value is read as a string.
package struct HeaderBlock: Sendable, Sequence {
  /// `name: value CR LF`, again and again; folded lines are unfolded, the status line is not a part of it.
  package let bytes: [UInt8]

  package init(bytes: [UInt8] = []) {
    self.bytes = bytes
  }

  /// The value without surrounding white space; repeated fields are joined by `, `. `lowercaseName` is ASCII. A linear
  /// search.
  package subscript(lowercaseName: String) -> String? {
    var value: String?
    var rest = bytes[...]
    while let line = Self.nextLine(&rest) {
      guard Self.matches(line.name, lowercaseName) else { continue }
      let text = String(decoding: line.value, as: UTF8.self)
      if value == nil { value = text } else { value?.append(", \(text)") }
    }
    return value
  }

  package func makeIterator() -> Iterator {
    Iterator(rest: bytes[...])
  }

  /// Every line in its order, repeated ones too, the names as they were spelled.
  package struct Iterator: IteratorProtocol {
    var rest: ArraySlice<UInt8>

    package mutating func next() -> HeaderField? {
      HeaderBlock.nextLine(&rest).map {
        HeaderField(String(decoding: $0.name, as: UTF8.self), String(decoding: $0.value, as: UTF8.self))
      }
    }
  }

  /// Returns the name and the value of the line that comes next, without the white space around them. Takes it off
  /// `rest`.
  static func nextLine<Bytes: RandomAccessCollection<UInt8>>(_ rest: inout Bytes) -> (name: Bytes, value: Bytes)?
  where Bytes.SubSequence == Bytes {
    while !rest.isEmpty {
      let end = rest.firstIndex(of: 10) ?? rest.endIndex
      let line = rest[..<end]
      rest = rest[(end == rest.endIndex ? end : rest.index(after: end))...]
      guard let colon = line.firstIndex(of: 0x3A) else { continue }
      return (trimmed(line[..<colon]), trimmed(line[line.index(after: colon)...]))
    }
    return nil
  }

  private static func trimmed<Bytes: RandomAccessCollection<UInt8>>(_ slice: Bytes) -> Bytes
  where Bytes.SubSequence == Bytes {
    guard let first = slice.firstIndex(where: { $0 != 32 && $0 != 9 }),
      let last = slice.lastIndex(where: { $0 != 32 && $0 != 9 && $0 != 13 }), first <= last
    else { return slice[slice.endIndex...] }
    return slice[first...last]
  }

  private static func matches(_ name: ArraySlice<UInt8>, _ lowercase: String) -> Bool {
    name.count == lowercase.utf8.count
      && zip(name, lowercase.utf8).allSatisfy { (0x41...0x5A).contains($0) ? $0 | 0x20 == $1 : $0 == $1 }
  }
}
