import Messages

/// Encoding of bytes for the parts of a request target (RFC 3986). Appends; never allocates but for growth.
package enum PercentEncoding {
  /// Bytes of ASCII that a part may hold as they are, as a bit set.
  struct Allowed {
    let low: UInt64
    let high: UInt64

    init(_ characters: StaticString) {
      var words: (UInt64, UInt64) = (0, 0)
      characters.withUTF8Buffer {
        for byte in $0 {
          if byte < 64 {
            words.0 |= 1 << UInt64(truncatingIfNeeded: byte)
          } else {
            words.1 |= 1 << UInt64(truncatingIfNeeded: byte - 64)
          }
        }
      }
      (low, high) = words
    }

    @inline(__always)
    func contains(_ byte: UInt8) -> Bool {
      guard byte < 128 else { return false }
      return (byte < 64 ? low : high) & (1 << UInt64(truncatingIfNeeded: byte & 63)) != 0
    }
  }

  /// RFC 3986 §2.3. All that an interpolated value keeps: separators of paths, queries, matrix parameters and forms
  /// are data in a value, so they are encoded.
  static let unreserved = Allowed("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
  /// `pchar` and `/`: a path as the file writes it, or as a client sent it.
  static let path = Allowed(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~!$&'()*+,;=:@/")
  /// A query as the file writes it.
  static let query = Allowed(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~!$&'()*+,;=:@/?")

  /// Encodes everything but unreserved characters.
  package static func appendValue(_ bytes: UnsafeRawBufferPointer, to target: inout [UInt8]) {
    let allowed = unreserved
    for byte in bytes { append(byte, allowed.contains(byte), to: &target) }
  }

  /// Keeps what is allowed and escapes that are already there; encodes the rest (also a `%` that begins no escape).
  static func appendEncoded(
    _ bytes: UnsafeRawBufferPointer, keeping allowed: Allowed, to target: inout [UInt8]
  ) {
    for index in bytes.indices {
      let byte = bytes[index]
      let isEscape =
        byte == UInt8(ascii: "%") && index + 2 < bytes.count && Hexadecimal.value(of: bytes[index + 1]) != nil
        && Hexadecimal.value(of: bytes[index + 2]) != nil
      append(byte, isEscape || allowed.contains(byte), to: &target)
    }
  }

  /// The same path in fewer spellings (RFC 3986 §6.2.2.1, §6.2.2.2): unreserved characters stand for themselves, and other
  /// escapes are upper-case.
  package static func normalized(path: String) -> String {
    guard path.utf8.contains(UInt8(ascii: "%")) else { return path }
    let bytes = Array(path.utf8)
    var target: [UInt8] = []
    target.reserveCapacity(bytes.count)
    var index = 0
    while index < bytes.count {
      if bytes[index] == UInt8(ascii: "%"), index + 2 < bytes.count,
        let high = Hexadecimal.value(of: bytes[index + 1]), let low = Hexadecimal.value(of: bytes[index + 2])
      {
        let byte = high << 4 | low
        append(byte, unreserved.contains(byte), to: &target)
        index += 3
      } else {
        target.append(bytes[index])
        index += 1
      }
    }
    return String(decoding: target, as: UTF8.self)
  }

  @inline(__always)
  private static func append(_ byte: UInt8, _ plain: Bool, to target: inout [UInt8]) {
    if plain {
      target.append(byte)
    } else {
      target.append(UInt8(ascii: "%"))
      target.append(digit(byte >> 4))
      target.append(digit(byte & 15))
    }
  }

  private static func digit(_ value: UInt8) -> UInt8 {
    value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "A") - 10 + value
  }

  /// Tells whether a piece of the path between `/`, `\`, `%2F` and `%5C` is `.` or `..`, in any encoding, perhaps with
  /// a parameter (`..;x`).
  static func hasDotSegment(_ bytes: some RandomAccessCollection<UInt8>) -> Bool {
    var dots = 0
    var others = false
    var index = bytes.startIndex
    while index < bytes.endIndex {
      var byte = bytes[index]
      let second = bytes.index(index, offsetBy: 2, limitedBy: bytes.index(before: bytes.endIndex))
      if byte == UInt8(ascii: "%"), let second, let high = Hexadecimal.value(of: bytes[bytes.index(after: index)]),
        let low = Hexadecimal.value(of: bytes[second])
      {
        byte = high << 4 | low
        index = second
      }
      switch byte {
      case UInt8(ascii: "."): dots += 1
      case UInt8(ascii: "/"), UInt8(ascii: "\\"):
        if !others && (dots == 1 || dots == 2) { return true }
        (dots, others) = (0, false)
      case UInt8(ascii: ";") where bytes[index] == byte && !others && (dots == 1 || dots == 2): return true
      default: others = true
      }
      bytes.formIndex(after: &index)
    }
    return !others && (dots == 1 || dots == 2)
  }
}

/// Reads percent-encoded text of definitions, and of targets that are shown or compared (RFC 3986 §2.1).
package enum PercentDecoding {
  /// Decodes the text; `nil` where a `%` is not followed by two hexadecimal digits.
  package static func bytes(_ text: some StringProtocol) -> [UInt8]? {
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "%") else {
        bytes.append(byte)
        continue
      }
      guard let high = rest.popFirst().flatMap({ Hexadecimal.value(of: $0) }),
        let low = rest.popFirst().flatMap({ Hexadecimal.value(of: $0) })
      else { return nil }
      bytes.append(high << 4 | low)
    }
    return bytes
  }
}
