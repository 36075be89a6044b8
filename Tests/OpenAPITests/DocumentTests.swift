import Definitions
import Foundation
import JSONText
import Plans
import Testing

@testable import OpenAPI

/// What definitions say, as an OpenAPI document.
@Suite struct DocumentTests {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
  private static let repository = folder.deletingLastPathComponent().deletingLastPathComponent()

  /// The whole document of each composition alone with the backends of all, which `WEFT_UPDATE=1` writes anew.
  @Test(arguments: ["checkout", "mobile", "proxy", "shop", "web"])
  func compositionsHaveTheirDocuments(_ name: String) throws {
    let compositions = Self.repository.appending(path: "compositions").path
    let loaded = try DefinitionLoader.load(directory: compositions, environment: [:]).get()
    var plan = loaded.plan
    plan.routes.removeAll { $0.bff != name }
    let text = OpenAPIDocument(plan).json
    let file = Self.folder.appending(path: "Golden/\(name).json")
    if ProcessInfo.processInfo.environment["WEFT_UPDATE"] == "1" {
      try text.write(to: file, atomically: true, encoding: .utf8)
    }
    let golden = try String(contentsOf: file, encoding: .utf8)
    #expect(text == golden)
    #expect(OpenAPIDocument(plan).json == text)
  }

  // MARK: Requests

  @Test func whatIsReadOfRequestsIsParameters() throws {
    let operation = try Self.operation(
      """
      GET /a/:id:
        calls:
          a:
            request: GET one /a/${path.id}?limit=${query.limit}&n=${to_number(query.n) + `1`}
            headers: { x-tenant: "${headers.\\"x-tenant\\"}", x-session: "${cookies.session}" }
        parameters: { limit: { type: integer, default: 20, description: How many. }, id: { type: integer } }
      """, "get /a/{id}")
    let parameters = try #require(operation[member: "parameters"]?.elements)
    let names = parameters.compactMap { "\($0[member: "in"]?.string ?? "") \($0[member: "name"]?.string ?? "")" }
    #expect(names == ["path id", "query limit", "query n", "header Prefer", "header x-tenant", "cookie session"])
    #expect(parameters[0].jsonText == #"{"name":"id","in":"path","required":true,"schema":{"type":"integer"}}"#)
    let limit = #"{"name":"limit","in":"query","description":"How many.","schema":{"type":"integer","default":20}}"#
    #expect(parameters[1].jsonText == limit)
    #expect(parameters[2][member: "schema"]?.jsonText == #"{"type":"number"}"#)
  }

  @Test func whatIsReadOfABodyIsItsSchema() throws {
    let operation = try Self.operation(
      """
      POST /a:
        calls: { a: { request: POST one /a, required: true, body: { s: "${body.lines[].sku}", n: "${body.n * `2`}" } } }
      """, "post /a")
    let schema = operation[member: "requestBody"]?[member: "content"]?[member: "application/json"]?[member: "schema"]
    let lines = #"{"type":"array","items":{"type":"object","properties":{"sku":{}}}}"#
    #expect(schema?.jsonText == #"{"type":"object","properties":{"lines":\#(lines),"n":{"type":"number"}}}"#)
    let responses = try #require(operation[member: "responses"])
    #expect(Self.names(responses).isSuperset(of: ["400", "413", "502", "503", "504", "default"]))
  }

  // MARK: Answers

  @Test func theTemplateTellsTheShapeOfTheAnswer() throws {
    let operation = try Self.operation(
      """
      GET /a:
        calls: { a: { request: GET one /a, required: true }, b: { request: GET one /b, fallback: [] } }
        response: { n: "${length(b)}", is: "${!a}", list: "${b[].{x: `1`}}", fixed: here }
      """, "get /a")
    let properties = try #require(Self.answer(operation)?[member: "properties"])
    #expect(properties[member: "n"]?.jsonText == #"{"type":["integer","null"]}"#)
    #expect(properties[member: "is"]?.jsonText == #"{"type":"boolean"}"#)
    #expect(properties[member: "fixed"]?.jsonText == #"{"type":"string"}"#)
    let element = #"{"type":"object","properties":{"x":{"type":"integer"}},"required":["x"]}"#
    #expect(properties[member: "list"]?.jsonText == #"{"type":["array","null"],"items":\#(element)}"#)
    #expect(properties[member: "_meta"]?.jsonText == ##"{"$ref":"#/components/schemas/Meta"}"##)
    #expect(Self.answer(operation)?[member: "required"]?.jsonText == #"["n","is","list","fixed"]"#)
    let old = try Self.operation(
      "GET /a: { calls: { b: GET one /b }, response: { n: \"${length(b)}\" } }", "get /a", version: .older)
    let n = Self.answer(old)?[member: "properties"]?[member: "n"]
    #expect(n?.jsonText == #"{"type":"integer","nullable":true}"#)
  }

  @Test func theDocumentOfABackendTellsTheShapesOfItsAnswers() throws {
    let text = """
      backends: { one: { url: http://one, openapi: one.yaml } }
      routes:
        GET /a/:id: { calls: { a: { request: "GET one /a/${path.id}", required: true } }, response: "${a.name}" }
        ANY /one/*rest: { proxy: "one /${path.rest}" }
        GET /direct/:key: { proxy: "one /a/${path.key}" }
      """
    let document = """
      openapi: 3.0.3
      paths:
        /a/{aid}:
          get:
            parameters: [{ name: full, in: query, schema: { type: boolean } }]
            responses:
              "200": { description: One., content: { application/json: { schema: { $ref: "#/components/schemas/A" } } } }
              "404": { description: None. }
        /b: { post: { requestBody: { required: true, content: { application/json: { schema: { type: array } } } }, responses: { "201": { description: Done. } } } }
      components: { schemas: { A: { type: object, required: [name], properties: { name: { type: string, nullable: true }, next: { $ref: "#/components/schemas/A" } } } } }
      """
    let folder = FileManager.default.temporaryDirectory.appending(path: "weft-openapi-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try text.write(to: folder.appending(path: "bff.yaml"), atomically: true, encoding: .utf8)
    try document.write(to: folder.appending(path: "one.yaml"), atomically: true, encoding: .utf8)
    let plan = try DefinitionLoader.load(directory: folder.path, environment: [:]).get().plan
    let value = OpenAPIDocument(plan).value
    let composite = Self.operation(in: value, "get /a/{id}")
    #expect(composite.flatMap(Self.answer)?.jsonText == #"{"type":["string","null"]}"#)
    // Of the statuses that pass, the backend has this one.
    let names = try Self.names(#require(composite?[member: "responses"]))
    #expect(names.contains("404") && !names.contains("409"))
    #expect(Self.operation(in: value, "get /one/a/{aid}") != nil)
    let body = Self.operation(in: value, "post /one/b")?[member: "requestBody"]
    #expect(body?.jsonText.contains(#""required":true"#) == true)
    let direct = Self.operation(in: value, "get /direct/{key}")
    #expect(
      direct?[member: "parameters"]?.jsonText.contains(#""name":"full","in":"query","schema":{"type":"boolean"}"#)
        == true)
    #expect(Self.operation(in: value, "get /one/{rest}") == nil)
  }

  @Test func samplesTellWhatNothingElseDoes() throws {
    let operation = try Self.operation(
      """
      GET /a:
        proxy: one /a
        responses: { 200: { description: It., sample: { id: 1, tags: [x] } }, 410: { description: It was. } }
      """, "get /a")
    let good = operation[member: "responses"]?[member: "200"]
    #expect(good?[member: "description"]?.string == "It.")
    let media = good?[member: "content"]?[member: "application/json"]
    #expect(media?[member: "example"]?.jsonText == #"{"id":1,"tags":["x"]}"#)
    let tags = #""tags":{"type":"array","items":{"type":"string"}}"#
    #expect(media?[member: "schema"]?.jsonText == #"{"type":"object","properties":{"id":{"type":"number"},\#(tags)}}"#)
    #expect(operation[member: "responses"]?[member: "410"]?[member: "description"]?.string == "It was.")
  }

  @Test func policiesTellWhoMayAskAndHowOften() throws {
    let gateway = """
      auth:
        basic: { basic: { users: users } }
        keys: { apiKey: { keys: keys.yaml, from: { header: x-key } } }
      openapi: { title: Shop, version: "2.4", description: All., servers: [https://api.shop.example] }
      """
    let value = try Self.document(
      """
      GET /a: { auth: basic, limit: 10/m, response: 1 }
      GET /b: { auth: { any: [basic, keys], optional: true }, response: 1 }
      GET /c: { response: 1, refuse: [{ when: "${query.x}", status: 451 }] }
      """, gateway: gateway)
    #expect(value[member: "info"]?.jsonText == #"{"title":"Shop","description":"All.","version":"2.4"}"#)
    #expect(value[member: "servers"]?.jsonText == #"[{"url":"https://api.shop.example"}]"#)
    let schemes = value[member: "components"]?[member: "securitySchemes"]
    #expect(schemes?[member: "basic"]?.jsonText == #"{"type":"http","scheme":"basic"}"#)
    #expect(schemes?[member: "keys"]?.jsonText == #"{"type":"apiKey","in":"header","name":"x-key"}"#)
    let a = try #require(Self.operation(in: value, "get /a"))
    #expect(a[member: "security"]?.jsonText == #"[{"basic":[]}]"#)
    #expect(Self.names(try #require(a[member: "responses"])).isSuperset(of: ["401", "429"]))
    #expect(a[member: "responses"]?[member: "429"]?[member: "headers"]?[member: "Retry-After"] != nil)
    let b = try #require(Self.operation(in: value, "get /b"))
    #expect(b[member: "security"]?.jsonText == #"[{"basic":[]},{"keys":[]},{}]"#)
    let c = try #require(Self.operation(in: value, "get /c"))
    #expect(c[member: "security"] == nil)
    #expect(Self.names(try #require(c[member: "responses"])).contains("451"))
  }

  @Test func whatARouteSaysOfItself() throws {
    let operation = try Self.operation(
      """
      GET|POST /a:
        { summary: S, description: D, tags: [t, u], deprecated: true, operationId: getIt, response: 1 }
      """, "get /a")
    #expect(
      operation.jsonText.hasPrefix(
        #"{"operationId":"getIt","summary":"S","description":"D","tags":["t","u"],"deprecated":true,"#))
    let second = try Self.operation("GET|POST /a: { operationId: getIt, response: 1 }", "post /a")
    #expect(second[member: "operationId"]?.string == "getItPost")
    let plain = try Self.operation("GET /a-b/:id/*rest: { response: 1 }", "get /a-b/{id}/{rest}")
    #expect(plain[member: "operationId"]?.string == "getABByIdByRest")
    #expect(plain[member: "tags"]?.jsonText == #"["bff"]"#)
  }

  @Test func statusesAreThoseOfTheTemplate() throws {
    let two = try Self.operation(
      "GET /a: { calls: { a: GET one /a }, status: \"${a ? `200` : `404`}\", response: 1 }", "get /a")
    #expect(Self.names(try #require(two[member: "responses"])).isSuperset(of: ["200", "404"]))
    let any = try Self.operation(
      "GET /a: { calls: { a: GET one /a }, status: \"${calls.a.status}\", response: 1 }", "get /a")
    #expect(Self.names(try #require(any[member: "responses"])).isSuperset(of: ["2XX", "4XX", "5XX"]))
  }

  @Test func errorsOfItsOwnShapeAreTold() throws {
    let operation = try Self.operation(
      "GET /a: { calls: { a: { request: GET one /a, required: true } }, errors: { code: \"${error.status}\" } }",
      "get /a")
    let schema = operation[member: "responses"]?[member: "502"]?[member: "content"]?[member: "application/json"]
    #expect(schema?.jsonText.contains(#""code":{"type":"integer"}"#) == true, "\(operation)")
  }

  /// Paths that differ by their names only are one path; a method that is there already is told of.
  @Test func whatCanNotBeToldApartIsLeftOut() throws {
    let value = try Self.document("GET /a/:id: { response: 1 }\nPOST /a/:key: { response: 2 }")
    let post = try #require(Self.operation(in: value, "post /a/{id}"))
    #expect(post[member: "parameters"]?[0]?[member: "name"]?.string == "id")
    let plan = try DefinitionLoader.load(
      files: [
        ("a.yaml", "hosts: [a.example]\nroutes: { GET /x: { response: 1 } }"),
        ("b.yaml", "hosts: [\"*.b.example\"]\nroutes: { GET /x: { response: b } }"),
      ]
    ).get().plan
    #expect(OpenAPIDocument(plan).omissions == ["GET /x: /x has this method already"])
    let other = OpenAPIDocument(plan, host: "m.b.example")
    #expect(other.omissions.isEmpty)
    #expect(Self.operation(in: other.value, "get /x").flatMap(Self.answer)?.jsonText == #"{"type":"string"}"#)
  }

  @Test func yamlSaysTheSame() {
    let value: JSONValue = [
      "a": ["no", "x: y", "", "plain words", "1"], "b": [:], "c": [[1, ["d": .null]], []], "e f": true,
    ]
    #expect(
      YAMLText.text(of: value) == """
        a:
          - "no"
          - "x: y"
          - ""
          - plain words
          - "1"
        b: {}
        c:
          - - 1
            - d: null
          - []
        e f: true

        """)
  }

  // MARK: Validators

  /// All compositions, and definitions of all kinds, by both validators, in both versions and forms.
  @Test func documentsAreValid() throws {
    let compositions = Self.repository.appending(path: "compositions").path
    let plan = try DefinitionLoader.load(directory: compositions, environment: [:]).get().plan
    let folder = FileManager.default.temporaryDirectory.appending(path: "weft-openapi-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let texts = [
      ("a.json", OpenAPIDocument(plan).json), ("b.yaml", OpenAPIDocument(plan).yaml),
      ("c.json", OpenAPIDocument(plan, version: .older).json), ("d.json", OpenAPIDocument(try Self.odd()).json),
      ("e.json", OpenAPIDocument(try Self.odd(), version: .older).json),
    ]
    for (name, text) in texts { try text.write(to: folder.appending(path: name), atomically: true, encoding: .utf8) }
    let process = Process()
    process.executableURL = Self.repository.appending(path: "scripts/validate-openapi")
    process.arguments = ["--same"] + texts.map { folder.appending(path: $0.0).path }
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let found = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    #expect(String(decoding: found, as: UTF8.self) == "[[], [], [], [], []]")
  }

  private static func odd() throws -> GatewayPlan {
    try plan(
      """
      GET /redirect/:id: { redirect: "/new/${path.id}" }
      GET|HEAD /static: { response: { a: [1, x, null, { b: "${query.all || `{}`}" }] } }
      ANY /p/*rest: { proxy: "one /${path.rest}", errors: "${error.title}" }
      POST /w: { calls: { a: { request: POST one /a, body: "${body}" } }, idempotency: { required: true } }
      GET /q: { response: "${query}", status: "${to_number(query.s)}", cache: 5s }
      GET /g: { calls: { a: GET one /a }, response: "${group_by(a, &x)}", meta: { when: always } }
      """)
  }

  // MARK: Making documents

  private static func plan(_ routes: String, gateway: String = "") throws -> GatewayPlan {
    let lines = routes.split(separator: "\n").map { "  \($0)\n" }.joined()
    let text = "backends: { one: { url: http://one } }\nroutes:\n\(lines)"
    return try DefinitionLoader.load(
      files: [("bff.yaml", text)] + (gateway.isEmpty ? [] : [("gateway.yaml", gateway)]),
      folder: Self.folder.appending(path: "Files").path
    ).get().plan
  }

  private static func document(_ routes: String, gateway: String = "") throws -> JSONValue {
    OpenAPIDocument(try plan(routes, gateway: gateway)).value
  }

  /// - Parameter name: `get /a/{id}`.
  private static func operation(
    _ routes: String, _ name: String, version: OpenAPIVersion = .latest
  ) throws -> JSONValue {
    try #require(operation(in: OpenAPIDocument(try plan(routes), version: version).value, name))
  }

  private static func operation(in document: JSONValue, _ name: String) -> JSONValue? {
    let words = name.split(separator: " ").map(String.init)
    return document[member: "paths"]?[member: words[1]]?[member: words[0]]
  }

  /// The schema of an answer of 200.
  private static func answer(_ operation: JSONValue) -> JSONValue? {
    operation[member: "responses"]?[member: "200"]?[member: "content"]?[member: "application/json"]?[member: "schema"]
  }

  private static func names(_ object: JSONValue) -> Set<String> {
    guard case .object(let object) = object else { return [] }
    return Set(object.members.map(\.name))
  }
}
