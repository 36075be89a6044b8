import JSONText
import Testing

/// Damaged documents are refused or read, and never crash; what is read can be taken apart and put together again.
@Suite struct FuzzTests {
  @Test(arguments: [1, 2, 3] as [UInt64])
  func damagedDocuments(_ seed: UInt64) throws {
    var random = Xorshift(state: seed)
    let text = Array(
      #"{"a": [1, -2.5e+3, "x\u00e9\ud83d\ude00\n", true, false, null], "é😀": {"": {}, "b": []}, "a": "last"} "#.utf8)
    let alphabet = Array(#"{}[]:,"\ue0-1.truefalsn \#u{0}é"#.utf8) + [0xFF, 0xC3, 0xF0]
    var taken = 0
    for _ in 0..<5000 {
      var bytes = text
      for _ in 0..<Int.random(in: 1...3, using: &random) {
        let place = Int.random(in: 0..<bytes.count, using: &random)
        switch Int.random(in: 0..<3, using: &random) {
        case 0: bytes[place] = alphabet.randomElement(using: &random)!
        case 1: bytes.remove(at: place)
        default: bytes.insert(alphabet.randomElement(using: &random)!, at: place)
        }
      }
      guard let document = try? JSONText(bytes) else { continue }
      taken += 1
      let rebuilt = FuzzTests.rebuild(document.root)
      let again = try JSONText(string: rebuilt.jsonText)
      #expect(FuzzTests.rebuild(again.root).jsonText == rebuilt.jsonText)
    }
    #expect(taken > 100)
  }

  /// Everything converted, nothing sliced.
  private static func rebuild(_ slice: JSONSlice) -> JSONValue {
    switch slice.kind {
    case .object:
      return .object(JSONObject(slice.members.map { .init(name: $0.key.string!, value: rebuild($0.value)) }))
    case .array: return .array(slice.elements.map(rebuild))
    case .string: return .string(slice.string!)
    case .number: return .number(JSONNumber(text: slice.numberText!)!)
    case .true, .false: return .bool(slice.bool!)
    case .null: return .null
    }
  }
}

/// Marsaglia's xorshift: the same numbers for the same seed, everywhere.
struct Xorshift: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return state
  }
}
