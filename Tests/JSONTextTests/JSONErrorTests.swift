import JSONText
import Testing

@Suite struct JSONErrorTests {
  @Test(
    arguments: [
      ("", 0, .unexpectedEnd),
      ("  ", 2, .unexpectedEnd),
      ("[1, 2", 5, .unexpectedEnd),
      ("{\"a\"", 4, .unexpectedEnd),
      ("{\"a\":", 5, .unexpectedEnd),
      ("{", 1, .unexpectedEnd),
      ("[1 2]", 3, .unexpectedByte(0x32)),
      ("[1,]", 3, .unexpectedByte(0x5D)),
      ("{\"a\":1,}", 7, .unexpectedByte(0x7D)),
      ("{a:1}", 1, .unexpectedByte(0x61)),
      ("{\"a\" 1}", 5, .unexpectedByte(0x31)),
      ("[}", 1, .unexpectedByte(0x7D)),
      ("#", 0, .unexpectedByte(0x23)),
      ("1 2", 2, .trailingContent),
      ("[] x", 3, .trailingContent),
      ("tru", 0, .invalidLiteral),
      ("[nulL]", 1, .invalidLiteral),
      ("[01]", 2, .unexpectedByte(0x31)),
      ("[-]", 1, .invalidNumber),
      ("[1.]", 1, .invalidNumber),
      ("[1e+]", 1, .invalidNumber),
      ("\"abc", 4, .unexpectedEnd),
      ("\"a\\x\"", 2, .invalidString),
      ("\"a\\u12G4\"", 2, .invalidString),
      ("\"a\nb\"", 2, .invalidString),
    ] as [(String, Int, JSONError.Reason)])
  func reasons(_ text: String, _ offset: Int, _ reason: JSONError.Reason) {
    #expect(throws: JSONError(offset: offset, reason: reason)) { try JSONText(string: text) }
  }

  @Test(
    arguments: [
      [0x80], [0xC0, 0x80], [0xC1, 0xBF], [0xC3], [0xE0, 0x80, 0x80], [0xE2, 0x82], [0xED, 0xA0, 0x80], [0xEF, 0xBF],
      [0xF0, 0x80, 0x80, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xFF], [0xF0, 0x9F, 0x98],
    ] as [[UInt8]])
  func invalidUTF8(_ bytes: [UInt8]) {
    for padding in 0..<9 {
      let text = [UInt8(ascii: "\"")] + [UInt8](repeating: 0x61, count: padding) + bytes + Array("\"".utf8)
      #expect(throws: JSONError(offset: padding + 1, reason: .invalidUTF8)) { try JSONText(text) }
    }
  }

  @Test func validUTF8AtEveryAlignment() throws {
    for padding in 0..<9 {
      let content =
        String(repeating: "a", count: padding) + "\u{80}\u{7FF}\u{800}\u{D7FF}\u{E000}\u{FFFF}\u{10000}\u{10FFFF}"
      #expect(try JSONText(string: "\"\(content)\"").root.string == content)
    }
  }

  @Test func everyControlCharacterIsRefused() {
    for byte in 0..<0x20 as Range<UInt8> {
      for padding in 0..<9 {
        let text = [0x22] + [UInt8](repeating: 0x61, count: padding) + [byte] + Array("aaaaaaaaa\"".utf8)
        #expect(throws: JSONError(offset: padding + 1, reason: .invalidString)) { try JSONText(text) }
      }
    }
  }

  @Test func limits() throws {
    let limits = JSONLimits(maxDepth: 3, maxBytes: 10)
    #expect(throws: JSONError(offset: 3, reason: .tooDeep)) { try JSONText(string: "[[[[]]]]", limits: limits) }
    #expect(try JSONText(string: "[[[1]]]", limits: limits).byteCount == 7)
    #expect(throws: JSONError(offset: 10, reason: .tooLarge)) { try JSONText(string: "[1,2,3,4,5]", limits: limits) }
    #expect(throws: JSONError(offset: 0, reason: .tooDeep)) {
      try JSONText(string: "[]", limits: JSONLimits(maxDepth: 0))
    }
    let bomb = String(repeating: "[", count: 1_000_000)
    #expect(throws: JSONError(offset: 512, reason: .tooDeep)) { try JSONText(string: bomb) }
  }

  @Test func everyBeginningOfADocumentIsRefused() throws {
    let text = Array(#" {"a":[1.5e+3,"\u00e9é",true],"b":{"c":null}} "#.utf8)
    for length in 0..<text.count - 1 {
      #expect(throws: JSONError.self) { try JSONText(Array(text[..<length])) }
    }
    #expect(try JSONText(text).root.count == 2)
  }

  @Test func descriptions() {
    #expect(
      JSONError(offset: 3, reason: .unexpectedByte(0x7D)).description == "invalid JSON at byte 3: unexpected '}'")
    #expect(
      JSONError(offset: 0, reason: .unexpectedByte(0x0A)).description == "invalid JSON at byte 0: unexpected byte 0x0A")
  }
}
