import JMESPath
import JSONText

/// Writes shapes as schemas. A value.
struct SchemaWriter {
  let version: OpenAPIVersion

  func schema(_ shape: ValueShape) -> JSONValue { .object(object(shape)) }

  /// The schema as an object, for more to be said of it.
  func object(_ shape: ValueShape) -> JSONObject {
    var schema = JSONObject()
    if shape.isAny || shape.kinds.isEmpty { return schema }
    let names = Self.names(shape.kinds)
    switch version {
    case .latest:
      // Of all kinds, with something to say of one: a list of the kinds says nothing.
      if shape.kinds != .all {
        schema.append("type", names.count == 1 ? .string(names[0]) : .array(names.map { .string($0) }))
      }
      describe(shape, in: &schema)
    case .older: write30(shape, names.filter { $0 != "null" }, into: &schema)
    }
    return schema
  }

  /// There is one type to a schema, and null is said beside it.
  private func write30(_ shape: ValueShape, _ names: [String], into schema: inout JSONObject) {
    if shape.kinds == .all { return }
    if names.isEmpty {
      schema.append("nullable", true)
      schema.append("enum", [.null])
    } else if names.count == 1 {
      schema.append("type", .string(names[0]))
      if shape.mayBeNull { schema.append("nullable", true) }
      describe(shape, in: &schema)
    } else if shape.mayBeNull {
      // A null fits none of several types, whatever is said beside them.
      return
    } else {
      schema.append("anyOf", .array(names.map { self.schema(shape.only(Self.kinds($0))) }))
    }
  }

  private func describe(_ shape: ValueShape, in schema: inout JSONObject) {
    if shape.kinds.contains(.array) {
      let items = object(shape.elements)
      // 3.0 wants it of every array.
      if !items.isEmpty || version == .older { schema.append("items", .object(items)) }
    }
    guard shape.kinds.contains(.object) else { return }
    if !shape.members.isEmpty {
      var properties = JSONObject()
      for member in shape.members { properties.append(member.name, self.schema(member.shape)) }
      schema.append("properties", .object(properties))
    }
    let required = shape.members.filter(\.isRequired).map(\.name)
    if !required.isEmpty { schema.append("required", .array(required.map { .string($0) })) }
    if let others = shape.others, !others.isAny, !others.kinds.isEmpty {
      schema.append("additionalProperties", self.schema(others))
    }
  }

  private static let kindNames: [(kinds: ValueShape.Kinds, name: String)] = [
    (.boolean, "boolean"), (.string, "string"), (.array, "array"), (.object, "object"), (.null, "null"),
  ]

  private static func names(_ kinds: ValueShape.Kinds) -> [String] {
    let number = kinds.contains(.fraction) ? ["number"] : kinds.contains(.integer) ? ["integer"] : []
    return number + kindNames.filter { kinds.contains($0.kinds) }.map(\.name)
  }

  private static func kinds(_ name: String) -> ValueShape.Kinds {
    switch name {
    case "number": .number
    case "integer": .integer
    default: kindNames.first { $0.name == name }?.kinds ?? []
    }
  }
}
