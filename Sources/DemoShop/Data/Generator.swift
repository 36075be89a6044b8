/// A seeded stream of numbers (SplitMix64, Steele et al. 2014), the same on every machine and in every run.
///
/// Each record draws from a generator of its own, named by what it is for, so that adding a field to one kind of record
/// changes no other.
struct Generator {
  private var state: UInt64

  init(seed: UInt64, _ kind: StaticString, _ number: Int = 0) {
    // FNV-1a over the name; Swift's own hashing differs from run to run.
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    kind.withUTF8Buffer { for byte in $0 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 } }
    state = seed ^ hash ^ (UInt64(truncatingIfNeeded: number) &* 0x9E37_79B9_7F4A_7C15)
  }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// The modulo's bias does not matter to shop data.
  mutating func int(_ range: ClosedRange<Int>) -> Int {
    range.lowerBound + Int(next() % UInt64(range.count))
  }

  mutating func pick<Element>(_ choices: [Element]) -> Element {
    choices[int(0...choices.count - 1)]
  }

  /// True in `percent` of 100 draws.
  mutating func chance(_ percent: Int) -> Bool {
    int(1...100) <= percent
  }

  /// Decimal digits, the first one not zero.
  mutating func digits(_ count: Int) -> String {
    var text = String(int(1...9))
    for _ in 1..<count { text += String(int(0...9)) }
    return text
  }
}
