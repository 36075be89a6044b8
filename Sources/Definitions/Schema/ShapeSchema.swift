import JSONText

/// Shapes as JSON Schema. A `pattern` says something of strings only, so that one schema holds a number and the
/// `${env.NAME}` that may stand for it.
enum ShapeSchema {
  /// Any YAML, templates as its scalars. Names of members are literal.
  static let value: JSONValue = [
    "description": "Any value; `${…}` in its strings is evaluated.",
    "items": ["$ref": "#/definitions/value"],
    "propertyNames": ["not": ["pattern": .string(Pattern.template)]],
    "additionalProperties": ["$ref": "#/definitions/value"],
  ]

  static func setting(_ pattern: String) -> JSONValue { ["type": "string", "pattern": orTemplate(pattern)] }

  static func numbers(_ range: ClosedRange<Int>, orText pattern: JSONValue) -> JSONValue {
    [
      "type": ["integer", "string"], "minimum": .number(JSONNumber(range.lowerBound)),
      "maximum": .number(JSONNumber(range.upperBound)), "pattern": pattern,
    ]
  }

  static func orTemplate(_ pattern: String) -> JSONValue { .string("\(pattern)|\(Pattern.template)") }

  static func scalar(_ form: ScalarForm) -> JSONValue {
    guard let pattern = form.pattern else { return ["type": ["string", "number", "boolean"], "minLength": 1] }
    let text = form.isSetting ? orTemplate(pattern) : .string(pattern)
    return form.numbers.map { numbers($0, orText: text) } ?? ["type": "string", "pattern": text]
  }

  /// A word that YAML reads as a number may be written as one: `http: 1.1`.
  static func choice(_ words: [String]) -> JSONValue {
    let numbers = words.compactMap { JSONNumber(text: $0) }.map { JSONValue.number($0) }
    return [
      "anyOf": [
        ["enum": .array(words.map { .string($0) } + numbers)],
        ["type": "string", "pattern": .string(Pattern.template)],
      ]
    ]
  }

  static func list(_ element: Shape, isEmptyAllowed: Bool) -> JSONValue {
    var schema = JSONObject([
      .init(name: "type", value: "array"), .init(name: "items", value: element.schema),
    ])
    if !isEmptyAllowed { schema.append("minItems", 1) }
    return .object(schema)
  }

  static func entries(_ element: Shape, pattern: String?, isEmptyAllowed: Bool) -> JSONValue {
    var schema = JSONObject([.init(name: "type", value: "object")])
    if let pattern {
      schema.append("patternProperties", .object(JSONObject([.init(name: pattern, value: element.schema)])))
      schema.append("additionalProperties", false)
    } else {
      schema.append("additionalProperties", element.schema)
    }
    if !isEmptyAllowed { schema.append("minProperties", 1) }
    return .object(schema)
  }
}

extension Shape {
  var schema: JSONValue {
    switch self {
    case .scalar(_, let form): ShapeSchema.scalar(form)
    case .choice(let words): ShapeSchema.choice(words)
    case .boolean: ["type": ["boolean", "string"], "pattern": .string(Pattern.template)]
    case .null: ["type": "null"]
    case .json: ["description": "Any value, as it is."]
    case .integer(let range): ShapeSchema.numbers(range, orText: .string(Pattern.template))
    case .duration: ShapeSchema.setting(Pattern.duration)
    case .bytes: ShapeSchema.setting(Pattern.bytes)
    case .percent: ShapeSchema.setting(Pattern.percent)
    case .statuses: Self.either(Self.status, .list(Self.status)).schema
    case .template: ["type": ["string", "number", "boolean"]]
    case .expression: ["type": "string", "pattern": .string(Pattern.expression)]
    case .value: ["$ref": "#/definitions/value"]
    case .list(let element, let isEmptyAllowed): ShapeSchema.list(element, isEmptyAllowed: isEmptyAllowed)
    case .entries(_, let element, let pattern, let isEmptyAllowed):
      ShapeSchema.entries(element, pattern: pattern, isEmptyAllowed: isEmptyAllowed)
    case .table(let keys): SchemaDocument.reference(to: keys)
    case .partial(let keys): SchemaDocument.partialReference(to: keys)
    case .either(let left, let right): ["anyOf": [left.schema, right.schema]]
    }
  }

  private static var status: Shape { .scalar("status", .setting(Pattern.status, numbers: 100...599)) }
}
