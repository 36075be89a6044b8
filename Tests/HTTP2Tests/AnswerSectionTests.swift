import Front
import Messages
import NIOHPACK
import Testing

@testable import HTTP2

@Suite struct AnswerSectionTests {
  private func section(
    _ fields: [HeaderField], _ changes: FieldChanges = FieldChanges(), takesDate: Bool = false,
    hasTrailers: Bool = false
  ) -> (fields: [String], refused: [String]) {
    var section = AnswerSection(status: 200)
    var refused: [String] = []
    section.add(fields, changes, takesDate: takesDate, hasTrailers: hasTrailers) { refused.append($0) }
    return (section.headers.map { "\($0.name): \($0.value)" }, refused)
  }

  @Test func theStatusComesFirstAndNamesAreInLowerCase() {
    let (fields, refused) = section([HeaderField("X-One", "1"), HeaderField("content-TYPE", "a/b")])
    #expect(fields == [":status: 200", "x-one: 1", "content-type: a/b"] && refused.isEmpty)
  }

  @Test func whatIsTheConnectionsIsLeftOut() {
    let names = ["Connection", "Keep-Alive", "Transfer-Encoding", "Upgrade", "Proxy-Connection", "Content-Length"]
    let (fields, refused) = section(names.map { HeaderField($0, "x") })
    #expect(fields == [":status: 200"] && refused == names)
  }

  @Test func whatIsNoFieldIsLeftOut() {
    let wrong = [
      HeaderField("", "x"), HeaderField(":path", "x"), HeaderField("a b", "x"), HeaderField("a:b", "x"),
      HeaderField("x", "a\r\nb"), HeaderField("x", "a\0"), HeaderField("x", "\u{7F}"),
    ]
    let (fields, refused) = section(wrong)
    #expect(fields == [":status: 200"] && refused.count == wrong.count)
  }

  @Test func valuesLoseTheBlanksAroundThem() {
    let (fields, _) = section([HeaderField("x", " \t a b\t "), HeaderField("y", "  ")])
    #expect(fields == [":status: 200", "x: a b", "y: "])
  }

  @Test func dateAndTrailerWhereThereIsAPlaceForThem() {
    let both = [HeaderField("Date", "d"), HeaderField("Trailer", "t")]
    #expect(section(both).fields == [":status: 200"])
    #expect(section(both, takesDate: true, hasTrailers: true).fields == [":status: 200", "date: d", "trailer: t"])
  }

  @Test func changesRemoveFields() {
    var changes = FieldChanges()
    changes.remove("X-Gone")
    let (fields, _) = section([HeaderField("x-gone", "1"), HeaderField("x-kept", "1")], changes)
    #expect(fields == [":status: 200", "x-kept: 1"])
  }
}
