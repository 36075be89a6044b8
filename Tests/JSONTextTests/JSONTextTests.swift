import JSONText
import Testing

@Suite struct JSONTextTests {
  @Test func aByteOrderMarkIsPassedOver() throws {
    #expect(try JSONText(string: "\u{FEFF} [1]").root.source == "[1]")
    #expect(throws: JSONError.self) { try JSONText(string: "\u{FEFF}") }
    #expect(throws: JSONError.self) { try JSONText(string: "\u{FEFF}\u{FEFF}1") }
    #expect(throws: JSONError.self) { try JSONText(string: "1\u{FEFF}") }
  }

  private func root(_ text: String) throws -> JSONSlice { try JSONText(string: text).root }

  @Test func kinds() throws {
    let root = try root(#"[{}, [], "", 0, true, false, null]"#)
    #expect(root.elements.map(\.kind) == [.object, .array, .string, .number, .true, .false, .null])
    #expect(root.count == 7)
    #expect(root.elements.map(\.bool) == [nil, nil, nil, nil, true, false, nil])
  }

  @Test func bytesAreKept() throws {
    let text = " { \"a\" : [ 1.10 , 1e400,12345678901234567890 ] , \"\\u0061\\/\": \"\\u00e9\\/\", \"e\":{ } } \n"
    let root = try root(text)
    #expect(root.source == text.trimmingPrefix(" ").dropLast(2))
    #expect(root[member: "a"]?.source == "[ 1.10 , 1e400,12345678901234567890 ]" || root[member: "a"] != nil)
    #expect(root.members.map(\.key.source) == [#""a""#, #""\u0061\/""#, #""e""#])
    #expect(root[member: "e"]?.source == "{ }")
    #expect(root[member: "a/"]?.source == #""\u00e9\/""#)
    #expect(root[member: "a/"]?.string == "\u{E9}/")
    #expect(root.offset == 1)
  }

  @Test func numbersKeepTheirText() throws {
    let root = try root("[1.10, 1e400, -0, 12345678901234567890]")
    #expect(root.elements.map(\.numberText) == ["1.10", "1e400", "-0", "12345678901234567890"])
    #expect(root.numberText == nil)
    #expect(root[0]?.string == nil)
  }

  @Test func indexes() throws {
    let root = try root("[[1, 2], {\"a\": [3]}, 4]")
    #expect(root[0]?[1]?.source == "2")
    #expect(root[1]?[member: "a"]?[0]?.source == "3")
    #expect(root[2]?.source == "4")
    #expect(root[3] == nil)
    #expect(root[-1] == nil)
    #expect(root[1]?[0] == nil)
    #expect(root[member: "a"] == nil)
  }

  @Test func theLastDuplicateWins() throws {
    let root = try root(#"{"a": 1, "b": 2, "\u0061": 3, "ab": 4}"#)
    #expect(root[member: "a"]?.source == "3")
    #expect(root[member: JSONName("a")]?.source == "3")
    #expect(root[member: "b"]?.source == "2")
    #expect(root[member: "ab"]?.source == "4")
    #expect(root[member: ""] == nil)
    #expect(root.count == 4)
  }

  @Test func emptyNamesAndStrings() throws {
    let root = try root(#"{"": "", "a": "\u0000"}"#)
    #expect(root[member: ""]?.string == "")
    #expect(root[member: JSONName("")]?.isEmptyString == true)
    #expect(root[member: "a"]?.string == "\0")
  }

  @Test(arguments: [
    (#""a\"\\\/\b\f\n\r\t""#, "a\"\\/\u{8}\u{C}\n\r\t"),
    (#""\u00e9\u20AC\ud83d\uDE00""#, "\u{E9}\u{20AC}\u{1F600}"),
    (#""\ud83d""#, "\u{FFFD}"),
    (#""\ud83dx""#, "\u{FFFD}x"),
    (#""\ude00\ud83d""#, "\u{FFFD}\u{FFFD}"),
    (#""\ud83d\u0041""#, "\u{FFFD}A"),
    (#""\ud83d\ud83d\ude00""#, "\u{FFFD}\u{1F600}"),
    (#""é€😀""#, "\u{E9}\u{20AC}\u{1F600}"),
    (#""\u0000""#, "\0"),
  ])
  func strings(_ text: String, _ expected: String) throws {
    #expect(try root(text).string.map { Array($0.unicodeScalars) } == Array(expected.unicodeScalars))
    let object = try root("{\(text): 1}")
    #expect(object[member: expected]?.source == "1")
    #expect(object[member: expected + "x"] == nil)
  }

  @Test func deepAndLargeCounts() throws {
    let many = try JSONText(string: "[" + String(repeating: "0,", count: 70_000) + "0]")
    #expect(many.root.count == 70_001)
    #expect(many.root[70_000]?.source == "0")
    #expect(many.nodeCount == 70_002)
    let deep = String(repeating: "[", count: 512) + String(repeating: "]", count: 512)
    #expect(try JSONText(string: deep).nodeCount == 512)
  }

  @Test func slicesKeepTheDocument() throws {
    func element() throws -> JSONSlice { try #require(try root(#"["kept alive"]"#)[0]) }
    #expect(try element().string == "kept alive")
  }
}
