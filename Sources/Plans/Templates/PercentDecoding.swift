/// Reads percent-encoded text of definitions (RFC 3986 §2.1).
package enum PercentDecoding {
  /// `nil` where a `%` is not followed by two hexadecimal digits.
  package static func bytes(_ text: some StringProtocol) -> [UInt8]? {
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "%") else {
        bytes.append(byte)
        continue
      }
      guard let high = rest.popFirst().flatMap(PercentEncoding.hex),
        let low = rest.popFirst().flatMap(PercentEncoding.hex)
      else { return nil }
      bytes.append(high << 4 | low)
    }
    return bytes
  }
}
