import Foundation
import Messages
import Testing

@Suite struct Base64Tests {
  @Test func everyLengthIsReadInBothSpellings() {
    for count in 0...300 {
      let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 251 &+ count) }
      let padded = Data(bytes).base64EncodedString()
      let url = padded.replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
      #expect(Base64.decode(padded.utf8) == bytes && Base64.decode(url: url.utf8) == bytes)
    }
  }

  @Test(arguments: ["+/+/", "-_-_"]) func eachHasItsOwnSigns(_ text: String) {
    let isPlain = text.contains("+")
    #expect((Base64.decode(text.utf8) != nil) == isPlain && (Base64.decode(url: text.utf8) != nil) != isPlain)
  }

  @Test(arguments: [
    "A", "A===", "AA", "AAA", "AB==", "AAB=", "A=A=", "AA=A", "====", "AAAA=", "AA==AA==", "AA A", "AAA\n",
  ])
  func whatIsNone(_ text: String) { #expect(Base64.decode(text.utf8) == nil) }

  @Test(arguments: ["A", "AB", "AAB", "AA==", "AAAAA", "AA A", "AAA\n", "AAé"])
  func whatIsNoneForURLs(_ text: String) { #expect(Base64.decode(url: text.utf8) == nil) }
}
