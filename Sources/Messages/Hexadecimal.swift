/// Lower-case hexadecimal text of bytes, and back.
package enum Hexadecimal {
  package static func append(_ bytes: UnsafeRawBufferPointer, to text: inout [UInt8]) {
    for byte in bytes {
      text.append(digit(byte >> 4))
      text.append(digit(byte & 15))
    }
  }

  package static func text(_ bytes: UnsafeRawBufferPointer) -> String {
    String(unsafeUninitializedCapacity: bytes.count * 2) { target in
      for (index, byte) in bytes.enumerated() {
        target[2 * index] = digit(byte >> 4)
        target[2 * index + 1] = digit(byte & 15)
      }
      return bytes.count * 2
    }
  }

  /// Decodes hexadecimal digits. False where `text` has an odd count or another character; upper-case digits are taken
  /// too.
  package static func decode(_ text: some Sequence<UInt8>, into bytes: inout [UInt8]) -> Bool {
    var high: UInt8?
    for character in text {
      guard let value = value(of: character) else { return false }
      if let first = high {
        bytes.append(first << 4 | value)
        high = nil
      } else {
        high = value
      }
    }
    return high == nil
  }

  private static func digit(_ value: UInt8) -> UInt8 {
    value < 10 ? 0x30 + value : 0x57 + value
  }

  /// Of one digit, in either case.
  @inlinable
  package static func value(of character: UInt8) -> UInt8? {
    switch character {
    case 0x30...0x39: character - 0x30
    case 0x41...0x46: character - 0x37
    case 0x61...0x66: character - 0x57
    default: nil
    }
  }
}
