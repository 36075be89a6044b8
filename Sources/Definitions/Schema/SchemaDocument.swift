import JSONText

/// The JSON Schema of a definition file, made of the same descriptions that the decoder reads by. Draft 7: what
/// editors' language servers support best.
package enum SchemaDocument {
  /// The whole of `docs/weft.schema.json`.
  package static var text: String { document.indented() + "\n" }

  static var document: JSONValue {
    var definitions = JSONObject()
    definitions.append("value", ShapeSchema.value)
    for keys in KeySets.all {
      for (name, schema) in definition(of: keys) { definitions.append(name, schema) }
    }
    return [
      "$schema": "http://json-schema.org/draft-07/schema#",
      "$comment":
        "Made from the descriptions in Sources/Definitions/Keys; WEFT_UPDATE=1 swift test --filter SchemaTests",
      "title": "Weft",
      "description": "A file of a folder of definitions: a BFF file, gateway.yaml, a test or a file of mocks.",
      "type": "object",
      "if": anyKey(of: TestKeys.self, butNotOf: FileKeys.self),
      "then": reference(to: TestKeys.self),
      "else": [
        "if": anyKey(of: FileKeys.self, butNotOf: GatewayKeys.self),
        "then": ["anyOf": [reference(to: FileKeys.self), reference(to: TestKeys.self)]],
        "else": [
          "if": anyKey(of: GatewayKeys.self, butNotOf: FileKeys.self),
          "then": reference(to: GatewayKeys.self),
          "else": ["anyOf": [reference(to: FileKeys.self), reference(to: GatewayKeys.self)]],
        ],
      ],
      "definitions": .object(definitions),
    ]
  }

  static func reference(to keys: any KeySet.Type) -> JSONValue {
    ["$ref": .string("#/definitions/\(keys.schemaName)")]
  }

  static func partialReference(to keys: any KeySet.Type) -> JSONValue {
    ["$ref": .string("#/definitions/\(keys.schemaName)Keys")]
  }

  /// The two kinds of file share one address, so a file is told by its keys: with one URL for all, editors know.
  private static func anyKey(of keys: any KeySet.Type, butNotOf others: any KeySet.Type) -> JSONValue {
    let shared = others.all.map(\.name)
    let names = keys.all.filter { $0.isAvailable && !shared.contains($0.name) }.map(\.name)
    return ["anyOf": .array(names.map { ["required": [.string($0)]] })]
  }

  /// One definition; two where some mappings need not be whole: then what keys mean for one another stands apart.
  private static func definition(of keys: any KeySet.Type) -> [(String, JSONValue)] {
    let whole = keys.relations.map(\.schema)
    guard KeySets.isPartialSomewhere(keys) else { return [(keys.schemaName, object(keys, relations: whole))] }
    return [
      ("\(keys.schemaName)Keys", object(keys, relations: [])),
      (keys.schemaName, ["allOf": .array([partialReference(to: keys)] + whole)]),
    ]
  }

  private static func object(_ keys: any KeySet.Type, relations: [JSONValue]) -> JSONValue {
    let available = keys.all.filter(\.isAvailable)
    var schema = JSONObject()
    schema.append("title", .string(keys.title))
    schema.append("description", .string(keys.introduction))
    schema.append("type", "object")
    schema.append("properties", .object(JSONObject(available.map { .init(name: $0.name, value: $0.schema) })))
    let required = available.filter(\.isRequired).map { JSONValue.string($0.name) }
    if !required.isEmpty { schema.append("required", .array(required)) }
    schema.append("additionalProperties", false)
    if !relations.isEmpty { schema.append("allOf", .array(relations)) }
    return .object(schema)
  }
}

extension KeySet {
  /// `BackendKeys` is `backend`.
  static var schemaName: String {
    let name = "\(Self.self)".replacing("Keys", with: "")
    return name.prefix { $0.isUppercase }.count > 1 ? name.lowercased() : name.prefix(1).lowercased() + name.dropFirst()
  }
}

extension KeyDescription {
  /// What an editor shows and checks. A default that is told in words is part of the description.
  var schema: JSONValue {
    var schema = JSONObject()
    let prose = defaultValue == nil ? defaultText.map { " Default: \($0)." } : nil
    schema.append("description", .string(summary + (prose ?? "")))
    if let value = defaultValue { schema.append("default", value.json) }
    if let value = exampleValue { schema.append("examples", [value.json]) }
    let own = shape.schema
    // Draft 7 ignores what stands beside a `$ref`.
    guard own[member: "$ref"] == nil, case .object(let members) = own else {
      schema.append("allOf", [own])
      return .object(schema)
    }
    for member in members.members { schema.append(member.name, member.value) }
    return .object(schema)
  }
}

extension KeyRelation {
  var schema: JSONValue {
    switch self {
    case .oneOf(let names): ["oneOf": .array(names.map(Self.required))]
    case .needs(let name, let others):
      ["dependencies": .object(JSONObject([.init(name: name, value: .array(others.map { .string($0) }))]))]
    case .excludes(let name, let others):
      [
        "dependencies": .object(
          JSONObject([.init(name: name, value: ["not": ["anyOf": .array(others.map(Self.required))]])]))
      ]
    case .isFalseWith(let name, let other):
      [
        "not": [
          "properties": .object(JSONObject([.init(name: name, value: ["const": true])])),
          "required": [.string(name), .string(other)],
        ]
      ]
    }
  }

  private static func required(_ name: String) -> JSONValue { ["required": [.string(name)]] }
}
