import JSONText
import Testing

@Suite struct JSONObjectTests {
  @Test func keepsTheOrder() {
    var object = JSONObject()
    object.append("z", 1)
    object.append("a", 2)
    object["m"] = 3
    #expect(object.members.map(\.name) == ["z", "a", "m"])
    object["z"] = 4
    #expect(JSONValue.object(object).jsonText == #"{"z":4,"a":2,"m":3}"#)
    object["a"] = nil
    #expect(JSONValue.object(object).jsonText == #"{"z":4,"m":3}"#)
    #expect(object["a"] == nil)
    object["z"] = .null
    #expect(object["z"]?.isNull == true)
    #expect(object.count == 2)
  }

  @Test func theLastDuplicateWins() {
    var object = JSONObject(capacity: 2)
    object.append("a", 1)
    object.append("a", 2)
    #expect(object["a"]?.numberText == "2")
    #expect(object[JSONName("a")]?.numberText == "2")
    #expect(object[JSONName("b")] == nil)
    object["a"] = nil
    #expect(object.isEmpty)
  }

  @Test func namesAreCodePoints() {
    var object = JSONObject()
    object.append("\u{E9}", 1)
    #expect(object["e\u{301}"] == nil)
    #expect(object[JSONName("e\u{301}")] == nil)
    object["e\u{301}"] = 2
    #expect(object.count == 2)
    #expect(JSONName("\u{E9}") != JSONName("e\u{301}"))
  }

  @Test func accessAcrossValues() throws {
    let value: JSONValue = ["a": [1, ["b": "x"]]]
    #expect(value[member: "a"]?[1]?[member: "b"]?.string == "x")
    #expect(value[member: "a"]?.count == 2)
    #expect(value[member: "a"]?[2] == nil)
    #expect(value[0] == nil)
    let slice = JSONValue.slice(try JSONText(string: value.jsonText).root)
    #expect(slice[member: "a"]?[1]?[member: "b"]?.string == "x")
    #expect(slice[member: JSONName("a")]?.elements?.count == 2)
    #expect(slice.elements == nil)
    #expect(JSONValue.bool(true).bool == true)
    #expect(slice[member: "a"]?[0]?.numberText == "1")
  }
}
