import Messages

/// `Keep-Alive: timeout=5, max=100` (RFC 2068 §19.7.1.1): what a backend says of the time for which it keeps an idle
/// connection.
enum KeepAliveField {
  /// Nobody keeps one for longer.
  private static let mostSeconds = 1_000_000

  /// The seconds, where the header line is this field and has them.
  static func seconds(in line: UnsafeRawBufferPointer) -> Int? {
    guard let value = after("keep-alive:", in: line[...]) else { return nil }
    for parameter in value.split(separator: UInt8(ascii: ",")) {
      let parameter = parameter.drop { $0 == 32 || $0 == 9 }
      if let digits = after("timeout=", in: parameter) { return number(digits.drop { $0 == UInt8(ascii: "\"") }) }
    }
    return nil
  }

  private static func number(_ digits: Slice<UnsafeRawBufferPointer>) -> Int? {
    PeerNumber(digits: digits.prefix { (0x30...0x39).contains($0) })?.clamped(to: 0...mostSeconds)
  }

  /// `lowercase` has letters, `-`, `:` and `=` only.
  private static func after(
    _ lowercase: StaticString, in bytes: Slice<UnsafeRawBufferPointer>
  ) -> Slice<UnsafeRawBufferPointer>? {
    let beginning = bytes.prefix(lowercase.utf8CodeUnitCount)
    let isEqual = lowercase.withUTF8Buffer { expected in
      beginning.elementsEqual(expected) { $0 == $1 || (0x41...0x5A).contains($0) && $0 | 0x20 == $1 }
    }
    return isEqual ? bytes.dropFirst(beginning.count) : nil
  }
}
