/// Comparing header names: ASCII, in any case (RFC 9110 §5.1), without allocation.
package enum HeaderName {
  /// `lowercase` must be lower-case ASCII.
  @inlinable
  package static func equals(_ name: String, _ lowercase: StaticString) -> Bool {
    guard name.utf8.count == lowercase.utf8CodeUnitCount else { return false }
    var expected = lowercase.utf8Start
    for byte in name.utf8 {
      guard lower(byte) == expected.pointee else { return false }
      expected += 1
    }
    return true
  }

  /// `lowercase` must be lower-case ASCII.
  package static func equals(_ name: String, lowercase: String) -> Bool {
    guard name.utf8.count == lowercase.utf8.count else { return false }
    for (byte, expected) in zip(name.utf8, lowercase.utf8) where lower(byte) != expected { return false }
    return true
  }

  /// `lowercase` must be lower-case ASCII.
  @inlinable
  package static func equals(_ name: UnsafeBufferPointer<UInt8>, _ lowercase: StaticString) -> Bool {
    guard name.count == lowercase.utf8CodeUnitCount else { return false }
    var expected = lowercase.utf8Start
    for byte in name {
      guard lower(byte) == expected.pointee else { return false }
      expected += 1
    }
    return true
  }

  /// `lowercase` must be lower-case ASCII.
  @inlinable
  package static func equals(_ name: UnsafeBufferPointer<UInt8>, lowercase: String) -> Bool {
    name.count == lowercase.utf8.count && zip(name, lowercase.utf8).allSatisfy { lower($0) == $1 }
  }

  /// Whether the bytes at `start` are exactly these.
  package static func equals(_ bytes: UnsafeBufferPointer<UInt8>, at start: Int, _ text: StaticString) -> Bool {
    guard start >= 0, bytes.count - start >= text.utf8CodeUnitCount else { return false }
    for index in 0..<text.utf8CodeUnitCount where bytes[start + index] != text.utf8Start[index] { return false }
    return true
  }

  package static func hasPrefix(_ name: String, _ lowercase: StaticString) -> Bool {
    guard name.utf8.count >= lowercase.utf8CodeUnitCount else { return false }
    var matched = 0
    for byte in name.utf8 {
      if matched == lowercase.utf8CodeUnitCount { return true }
      guard lower(byte) == lowercase.utf8Start[matched] else { return false }
      matched += 1
    }
    return true
  }

  @inlinable
  package static func lower(_ byte: UInt8) -> UInt8 {
    (0x41...0x5A).contains(byte) ? byte | 0x20 : byte
  }

  /// Whether a comma-separated list has a token, in any case.
  package static func list(_ value: some StringProtocol, has token: StaticString) -> Bool {
    elements(value).contains { equals(String($0), token) }
  }

  /// The elements of a comma-separated list, trimmed; empty ones are passed over. Split by bytes: a client's text
  /// before a comma must not be able to hide it, as U+0600 does where `Character` decides.
  package static func elements(_ value: some StringProtocol) -> [Substring] {
    Substring(value).utf8.split(separator: UInt8(ascii: ",")).map { trimmed(Substring($0)) }
  }

  /// Without spaces and tabs at its ends.
  package static func trimmed(_ text: some StringProtocol) -> Substring {
    var rest = Substring(text).utf8
    while let first = rest.first, HeadSyntax.isBlank(first) { rest = rest.dropFirst() }
    while let last = rest.last, HeadSyntax.isBlank(last) { rest = rest.dropLast() }
    return Substring(rest)
  }
}
