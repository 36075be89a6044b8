/// One header line, in either direction. The name keeps its spelling; compare with `isNamed(_:)`.
package struct HeaderField: Hashable, Sendable {
  package var name: String
  package var value: String

  package init(_ name: String, _ value: String) {
    self.name = name
    self.value = value
  }

  /// Field names are case-insensitive (RFC 9110 §5.1). `lowercase` must be lower-case ASCII.
  package func isNamed(_ lowercase: StaticString) -> Bool {
    guard name.utf8.count == lowercase.utf8CodeUnitCount else { return false }
    var expected = lowercase.utf8Start
    for byte in name.utf8 {
      guard (0x41...0x5A).contains(byte) ? byte | 0x20 == expected.pointee : byte == expected.pointee else {
        return false
      }
      expected += 1
    }
    return true
  }

  /// The same for a name that is known later.
  package func isNamed(lowercase: String) -> Bool {
    name.utf8.count == lowercase.utf8.count
      && zip(name.utf8, lowercase.utf8).allSatisfy { (0x41...0x5A).contains($0) ? $0 | 0x20 == $1 : $0 == $1 }
  }
}

extension [HeaderField] {
  /// The values of all lines of a name, which must be lower-case ASCII; `nil` without one. Allocates nothing for one line
  /// or none.
  package func joined(_ lowercase: StaticString) -> String? {
    var joined: String?
    for field in self where field.isNamed(lowercase) {
      if joined == nil { joined = field.value } else { joined?.append(", \(field.value)") }
    }
    return joined
  }
}
