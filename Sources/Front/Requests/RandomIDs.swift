/// Draws trace and request ids. Confined to one event loop: xoshiro256** (Blackman, Vigna 2018), seeded by the
/// system. Unique, not secret: nothing may be guarded by such an id.
package struct RandomIDs {
  private var state: (UInt64, UInt64, UInt64, UInt64)

  package init() {
    var system = SystemRandomNumberGenerator()
    state = (system.next() | 1, system.next(), system.next(), system.next())
  }

  package mutating func next() -> UInt64 {
    let result = Self.rotate(state.1 &* 5, 7) &* 9
    let shifted = state.1 << 17
    state.2 ^= state.0
    state.3 ^= state.1
    state.1 ^= state.2
    state.0 ^= state.3
    state.2 ^= shifted
    state.3 = Self.rotate(state.3, 45)
    return result
  }

  private static func rotate(_ value: UInt64, _ bits: UInt64) -> UInt64 {
    value << bits | value >> (64 - bits)
  }

  /// Lower-case hexadecimal, 16 digits a word.
  package static func hex(_ words: UInt64...) -> String {
    String(unsafeUninitializedCapacity: words.count * 16) { target in
      for (place, word) in words.enumerated() {
        for digit in 0..<16 { target[place * 16 + digit] = Self.digit(digit, of: word) }
      }
      return words.count * 16
    }
  }

  /// The same, behind what is there.
  static func append(_ word: UInt64, to bytes: inout [UInt8]) {
    for digit in 0..<16 { bytes.append(Self.digit(digit, of: word)) }
  }

  private static func digit(_ index: Int, of word: UInt64) -> UInt8 {
    let value = UInt8(truncatingIfNeeded: word >> UInt64(truncatingIfNeeded: 60 - index * 4)) & 15
    return value < 10 ? 0x30 &+ value : 0x57 &+ value
  }
}
