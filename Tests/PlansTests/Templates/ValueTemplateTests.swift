import JSONText
import Testing

@testable import Plans

@Suite struct ValueTemplateTests {
  private let source = ValueTemplate.Source.object([
    ("a", .number("1.10")), ("b", .array([.null, .bool(true), .object([])])), ("c", .array([])),
  ])

  private func text(_ text: String) throws -> ValueTemplate.Source {
    .text(try TextTemplate.compile(text))
  }

  private func written(_ template: ValueTemplate, _ json: String) throws -> (text: String, failed: [String]) {
    var writer = JSONWriter()
    var failed: [FieldFailure] = []
    try template.write(into: &writer, scope(json), failed: &failed)
    return (String(decoding: writer.bytes, as: UTF8.self), failed.map(\.field))
  }

  @Test func constantsAreReadyBytes() throws {
    let template = ValueTemplate(source)
    #expect(try written(template, "{}").text == #"{"a":1.10,"b":[null,true,{}],"c":[]}"#)
    #expect(template.constant?.jsonText == #"{"a":1.10,"b":[null,true,{}],"c":[]}"#)
    #expect(template.isObject)
    #expect(template.memberNames == ["a", "b", "c"])
    #expect(ValueTemplate(.null).constant?.isNull == true)
    #expect(!ValueTemplate(.array([])).isObject)
  }

  @Test func valuesAreSplicedByteForByte() throws {
    let template = ValueTemplate(
      .object([
        ("first", .null), ("user", try text("${user}")), ("n", .array([try text("${n}"), try text("no ${n}"), .null])),
        ("k\"", try text("${user.gone}")), ("last", .bool(false)),
      ]))
    let result = try written(template, #"{"user":{"z":1e400, "a":"\u00e9/\/","e":[]},"n":12345678901234567890}"#)
    #expect(
      result.text == #"{"first":null,"user":{"z":1e400, "a":"\u00e9/\/","e":[]},"n":[12345678901234567890,"#
        + #""no 12345678901234567890",null],"k\"":null,"last":false}"#)
    #expect(result.failed.isEmpty)
    #expect(template.constant == nil)
    #expect(template.references.map(\.path) == [["user"], ["n"], ["n"], ["user", "gone"]])
  }

  @Test func aFailingExpressionIsNullAndNamed() throws {
    let template = ValueTemplate(
      .object([
        ("ok", try text("${x}")), ("savings", try text("${abs(x)}")),
        ("items", .array([.null, .object([("price", try text("${abs(x)} €"))])])),
      ]))
    let result = try written(template, #"{"x":"a"}"#)
    #expect(result.text == #"{"ok":"a","savings":null,"items":[null,{"price":null}]}"#)
    #expect(result.failed == ["savings", "items[1].price"])
    #expect(try written(ValueTemplate(try text("${abs(x)}")), #"{"x":"a"}"#).failed == ["@"])
    var writer = JSONWriter()
    #expect(throws: RenderFailure.self) { try template.render(into: &writer, scope(#"{"x":"a"}"#)) }
  }

  @Test func aValueForTheScope() throws {
    var failed: [FieldFailure] = []
    let json = try scope(#"{"x":1.50}"#)
    #expect(ValueTemplate(try text("${x}")).value(json, failed: &failed).jsonText == "1.50")
    let object = ValueTemplate(.object([("a", try text("${x}"))])).value(json, failed: &failed)
    #expect(object[member: "a"]?.numberText == "1.50")
    #expect(ValueTemplate(source).value(json, failed: &failed)[member: "a"]?.numberText == "1.10")
    #expect(failed.isEmpty)
    #expect(ValueTemplate(try text("${abs('a' || x)}")).value(json, failed: &failed).isNull)
    #expect(failed.map(\.field) == ["@"])
    #expect(failed.first?.reason.hasPrefix("${abs('a' || x)} failed: ") == true)
  }
}
