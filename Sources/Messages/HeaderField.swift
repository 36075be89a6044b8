/// One header line, in either direction. The name keeps its spelling; compare with `isNamed(_:)`.
package struct HeaderField: Hashable, Sendable {
  package var name: String
  package var value: String

  package init(_ name: String, _ value: String) {
    self.name = name
    self.value = value
  }

  /// Compares names, which are case-insensitive (RFC 9110 §5.1). `lowercase` must be lower-case ASCII.
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

  /// Whether nothing is left of a text as a field's value (RFC 9110 §5.5).
  package static func isBlank(_ text: String) -> Bool { text.utf8.allSatisfy { $0 == 0x20 || $0 == 0x09 } }

  /// The name that a CGI-like backend may take one for: to such, `X_Forwarded_For` and `X-Forwarded-For` are one
  /// variable (RFC 3875 §4.1.18), so a client must not get past a rule by the other spelling.
  package static func withoutUnderscores(_ name: String) -> String {
    guard name.utf8.contains(UInt8(ascii: "_")) else { return name }
    return String(decoding: name.utf8.map { $0 == UInt8(ascii: "_") ? UInt8(ascii: "-") : $0 }, as: UTF8.self)
  }

  /// Compares with a name that is known later.
  package func isNamed(lowercase: String) -> Bool {
    name.utf8.count == lowercase.utf8.count
      && zip(name.utf8, lowercase.utf8).allSatisfy { (0x41...0x5A).contains($0) ? $0 | 0x20 == $1 : $0 == $1 }
  }
}

extension [HeaderField] {
  /// A backend can tell by them that a request is the same one again: there is an `Idempotency-Key`. An empty one is none.
  package var haveIdempotencyKey: Bool {
    contains { $0.isNamed("idempotency-key") && !HeaderField.isBlank($0.value) }
  }

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

/// The fields of a head or a trailer section, in their order, as bytes: a backend's need not be text.
package protocol FieldSequence {
  /// Calls `body` for each field. The value may have the white space around it that it came with, which is no part of it
  /// (RFC 9110 §5.5). The pointers are good for that call only.
  func forEachField(_ body: (_ name: UnsafeBufferPointer<UInt8>, _ value: UnsafeBufferPointer<UInt8>) -> Void)

  /// About how many bytes they take, for whoever makes room.
  var estimatedBytes: Int { get }
}

extension [HeaderField]: FieldSequence {
  package func forEachField(
    _ body: (_ name: UnsafeBufferPointer<UInt8>, _ value: UnsafeBufferPointer<UInt8>) -> Void
  ) {
    for field in self {
      var (name, value) = (field.name, field.value)
      name.withUTF8 { name in value.withUTF8 { value in body(name, value) } }
    }
  }

  package var estimatedBytes: Int {
    reduce(0) { $0 + $1.name.utf8.count + $1.value.utf8.count + 4 }
  }
}
