import JSONText
import Testing

@testable import Scripts

/// What is told of two values that are not the same.
@Suite struct JSONDifferenceTests {
  private static func lines(_ expected: String, _ found: String, isExact: Bool) throws -> [String] {
    let (expected, found) = (try JSONText(string: expected), try JSONText(string: found))
    return JSONDifference(.slice(expected.root), .slice(found.root), isExact: isExact).lines
  }

  @Test(
    arguments: [
      (#"{"a":1}"#, #"{"a":1.0,"b":2}"#, []),
      (#"{"a":1}"#, #"{"a":2}"#, ["body.a: expected 1, found 2"]),
      (#"{"a":{"b":[1,{"c":2}]}}"#, #"{"a":{"b":[1,{"c":3,"d":4}]}}"#, ["body.a.b[1].c: expected 2, found 3"]),
      (#"{"a":null}"#, #"{}"#, ["body.a: expected null, found nothing"]),
      (#"{"a":"1"}"#, #"{"a":1}"#, [#"body.a: expected "1", found 1"#]),
      (#"[1,2]"#, #"[1]"#, ["body: expected 2 elements, found 1"]),
      (#"[]"#, #"{}"#, ["body: expected [], found {}"]),
      (
        #"12345678901234567890"#, #"12345678901234567891"#,
        ["body: expected 12345678901234567890, found 12345678901234567891"]
      ),
      (#"{"a":1,"a":2}"#, #"{"a":2}"#, []),
    ] as [(String, String, [String])])
  func aPartOfAValue(_ expected: String, _ found: String, _ lines: [String]) throws {
    #expect(try Self.lines(expected, found, isExact: false) == lines)
  }

  @Test func membersThatNobodyExpects() throws {
    let lines = try Self.lines(#"{"a":{"b":1}}"#, #"{"a":{"c":[true],"b":1},"d":2}"#, isExact: true)
    #expect(lines == ["body.a.c: not expected: [true]", "body.d: not expected: 2"])
  }

  @Test func noMoreThanAScreenOfThem() throws {
    let expected = "[" + Array(repeating: "1", count: 100).joined(separator: ",") + "]"
    let found = "[" + Array(repeating: "2", count: 100).joined(separator: ",") + "]"
    #expect(try Self.lines(expected, found, isExact: true).count == JSONDifference.mostLines + 1)
  }
}
