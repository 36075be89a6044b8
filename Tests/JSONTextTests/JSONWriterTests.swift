import JSONText
import Testing

@Suite struct JSONWriterTests {
  private func text(_ body: (inout JSONWriter) -> Void) -> String {
    var writer = JSONWriter(capacity: 8)
    body(&writer)
    return String(decoding: writer.bytes, as: UTF8.self)
  }

  @Test func commas() {
    let result = text { writer in
      writer.beginObject()
      writer.write(name: "a")
      writer.beginArray()
      writer.write(1)
      writer.write("x")
      writer.writeNull()
      writer.beginArray()
      writer.endArray()
      writer.write(true)
      writer.endArray()
      writer.write(name: "b")
      writer.beginObject()
      writer.endObject()
      writer.write(name: "c")
      writer.write(false)
      writer.endObject()
    }
    #expect(result == #"{"a":[1,"x",null,[],true],"b":{},"c":false}"#)
  }

  @Test func rawRuns() {
    let result = text { writer in
      writer.writeRaw(#"{"user":"#)
      writer.write("x")
      writer.writeRaw(Array(#","list":["#.utf8))
      writer.write(1)
      writer.write(2)
      writer.writeRaw("]")
      writer.write(name: "more")
      writer.writeNull()
      writer.writeRaw("")
      writer.writeRaw("}")
    }
    #expect(result == #"{"user":"x","list":[1,2],"more":null}"#)
  }

  @Test func escapes() {
    for padding in 0..<9 {
      let clean = String(repeating: "é", count: padding)
      for scalar in (0..<0x80).compactMap(Unicode.Scalar.init) {
        let string = clean + String(Character(scalar)) + "tail of the text"
        let written = text { $0.write(string) }
        #expect((try? JSONText(string: written))?.root.string == string)
      }
    }
    #expect(
      text { $0.write("a\"\\/\u{8}\t\n\u{C}\r\u{0}\u{1F}\u{7F}é") } == #""a\"\\/\b\t\n\f\r\u0000\u001f"# + "\u{7F}é\"")
  }

  @Test func values() throws {
    let slice = try JSONText(string: #"{ "a" : [1.0 , 2] }"#).root
    let value: JSONValue = ["s": "x", "n": 1, "t": true, "z": .null, "l": [1, [2], .slice(slice)], "o": [:]]
    #expect(value.jsonText == #"{"s":"x","n":1,"t":true,"z":null,"l":[1,[2],{ "a" : [1.0 , 2] }],"o":{}}"#)
    var writer = JSONWriter()
    writer.writeCompact(value)
    #expect(
      String(decoding: writer.bytes, as: UTF8.self)
        == #"{"s":"x","n":1,"t":true,"z":null,"l":[1,[2],{"a":[1.0,2]}],"o":{}}"#)
  }

  @Test func compactLeavesStringsAlone() throws {
    var writer = JSONWriter()
    writer.writeCompact(.slice(try JSONText(string: "[ \" a \\\" b \" ,\n{ } , \"\\\\\" , 1 ]").root))
    #expect(String(decoding: writer.bytes, as: UTF8.self) == "[\" a \\\" b \",{},\"\\\\\",1]")
  }

  @Test func overflow() throws {
    let value: JSONValue = ["name": "0123456789", "list": [1, 2, 3]]
    let whole = value.jsonText
    for limit in 0...whole.utf8.count {
      var writer = JSONWriter(capacity: 4096, maxBytes: limit)
      writer.write(value)
      #expect(writer.count <= limit)
      #expect(writer.overflowed == (limit < whole.utf8.count))
    }
    var writer = JSONWriter(maxBytes: 3)
    writer.write("four")
    #expect(writer.overflowed)
    writer.removeAll()
    writer.write(1)
    #expect(!writer.overflowed)
    #expect(writer.bytes == Array("1".utf8))
  }

  @Test func overflowDropsEverythingAfterIt() {
    var writer = JSONWriter(maxBytes: 4)
    writer.write("too long")
    writer.write(1)
    #expect(writer.count <= 4)
    #expect(writer.overflowed)
  }
}
