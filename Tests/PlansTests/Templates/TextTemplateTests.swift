import JSONText
import Testing

@testable import Plans

@Suite struct TextTemplateTests {
  @Test(arguments: [
    ("plain", "plain"), ("", ""), ("a ${x} b", "a 1.10 b"), ("${s}${s}", "höhö"), ("[${n}]", "[]"),
    ("[${missing.y}]", "[]"),
    ("${o}!", #"{"k": [1]}!"#), ("$${x}", "${x}"), ("$x $ {", "$x $ {"), ("a$${b}c${x}", "a${b}c1.10"),
    ("${t} ", "true "),
    ("${ {a: x, b: '}'} } ", #"{"a":1.10,"b":"}"} "#), ("${e}-", "\"\n-"), ("${x + `1`}.", "2.1."),
  ])
  func rendersAsText(_ text: String, _ expected: String) throws {
    let scope = try scope(#"{"x":1.10,"s":"hö","n":null,"o":{"k": [1]},"t":true,"e":"\"\n"}"#)
    #expect(try TextTemplate.compile(text).text(scope) == expected)
  }

  @Test func oneExpressionIsTyped() throws {
    let scope = try scope(#"{"x":1.10,"n":null,"s":"a\u0062"}"#)
    #expect(try TextTemplate.compile("${x}").value(scope).jsonText == "1.10")
    #expect(try TextTemplate.compile("${s}").value(scope).jsonText == #""a\u0062""#)
    #expect(try TextTemplate.compile("${s}").text(scope) == "ab")
    #expect(try TextTemplate.compile("${n}").value(scope).isNull)
    #expect(try TextTemplate.compile("${n}").text(scope) == nil)
    #expect(try TextTemplate.compile(" ${n}").text(scope) == " ")
    #expect(try TextTemplate.compile(" ${x}").value(scope).jsonText == "\" 1.10\"")
    #expect(try TextTemplate.compile("${x}").isSingleExpression)
    #expect(try !TextTemplate.compile("${x} ").isSingleExpression)
    #expect(try !TextTemplate.compile("x").isSingleExpression)
    #expect(try TextTemplate.compile("${'x'}").isSingleExpression)
    #expect(try !TextTemplate.compile("${'x'}y").isSingleExpression)
    #expect(try !TextTemplate.compile("${'x'}${'y'}").isSingleExpression)
  }

  @Test func whatReadsNothingIsConstant() throws {
    #expect(try TextTemplate.compile("a").constant == "a")
    #expect(try TextTemplate.compile("${`5`}").constant == "5")
    #expect(try TextTemplate.compile("${'a'}-${`1` + `2`}").constant == "a-3")
    #expect(try TextTemplate.compile("${`null`}").constant == nil)
    #expect(try TextTemplate.compile("${`null`}").constantValue?.isNull == true)
    #expect(try TextTemplate.compile("${x}").constantValue == nil)
    #expect(TextTemplate(constant: 5, source: "5").constant == "5")
  }

  @Test func aConstantThatFailsDoesNotCompile() {
    let error = #expect(throws: TemplateError.self) { try TextTemplate.compile("ab ${abs('x')}") }
    #expect(error?.message.hasPrefix("this expression always fails") == true)
    #expect(error?.offset == 5)
  }

  @Test(arguments: [("ab ${", 5), ("ab ${x", 6), ("${}", 2), ("a ${x.}", 6), ("ü ${x y}", 7)])
  func faultsCountBytes(_ text: String, _ offset: Int) {
    let error = #expect(throws: TemplateError.self) { try TextTemplate.compile(text) }
    #expect(error?.offset == offset)
  }

  @Test func referencesHaveTheirPlace() throws {
    let template = try TextTemplate.compile("ü ${user.name} ${length(orders.items)}")
    #expect(template.references.map(\.path) == [["user", "name"], ["orders", "items"]])
    #expect(template.references.map(\.offset) == [5, 25])
  }

  @Test func anExpressionAlone() throws {
    let template = try TextTemplate.compile(expression: "a.b")
    #expect(try template.value(scope(#"{"a":{"b":[]}}"#)).jsonText == "[]")
    let error = #expect(throws: TemplateError.self) { try TextTemplate.compile(expression: "a} ${b") }
    #expect(error?.offset == 1)
  }

  @Test func secretsAreNotPrinted() {
    let template = TextTemplate(constant: "s3cret", source: "{ file: token }")
    let header = HeaderTemplate(name: "authorization", value: template)
    var plan = CompositePlan(calls: [])
    plan.env.append("TOKEN", "s3cret")
    for text in ["\(template)", "\(header)", "\(plan)", String(reflecting: header), String(reflecting: plan)] {
      #expect(!text.contains("s3cret"))
    }
    var dumped = ""
    dump(header, to: &dumped)
    dump(plan, to: &dumped)
    #expect(!dumped.contains("s3cret"))
    #expect(plan.env["TOKEN"]?.string == "s3cret")
  }
}
