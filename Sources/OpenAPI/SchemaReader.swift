import JMESPath
import JSONText

/// Reads schemas of a backend's document as shapes: of what a schema says, what a shape can say. *Immutable.*
struct SchemaReader {
  /// Levels of schemas and of references that are followed; what is deeper may be anything.
  private static let mostLevels = 16

  let document: JSONValue

  func shape(_ schema: JSONValue?) -> ValueShape { shape(schema, level: 0) }

  /// What a reference of the document leads to, or the value itself.
  func resolved(_ value: JSONValue?) -> JSONValue? {
    var value = value
    for _ in 0..<Self.mostLevels {
      guard let reference = value?[member: "$ref"]?.string else { return value }
      value = target(of: reference)
    }
    return nil
  }

  /// A JSON Pointer into the document (RFC 6901); `nil` for one into another.
  private func target(of reference: String) -> JSONValue? {
    guard reference.hasPrefix("#/") else { return nil }
    var value: JSONValue? = document
    for step in reference.dropFirst(2).split(separator: "/", omittingEmptySubsequences: false) {
      let name = String(step.replacing("~1", with: "/").replacing("~0", with: "~"))
      value = value?[member: name]
    }
    return value
  }

  private func shape(_ schema: JSONValue?, level: Int) -> ValueShape {
    guard level < Self.mostLevels, let schema = resolved(schema), schema.kind == .object else { return .any }
    if let parts = schema[member: "allOf"]?.elements, !parts.isEmpty {
      return all(parts + [without("allOf", schema)], level)
    }
    if let parts = (schema[member: "oneOf"] ?? schema[member: "anyOf"])?.elements, !parts.isEmpty {
      let shape = parts.reduce(ValueShape.never) { $0.union(self.shape($1, level: level + 1)) }
      return schema[member: "nullable"]?.bool == true ? shape.orNull : shape
    }
    if let values = schema[member: "enum"]?.elements, schema[member: "type"] == nil {
      return values.reduce(.never) { $0.union(ValueShape(of: $1)) }
    }
    if let value = schema[member: "const"] { return ValueShape(of: value) }
    return plain(schema, level)
  }

  private func without(_ name: String, _ schema: JSONValue) -> JSONValue {
    .object(JSONObject(schema.namedValues.filter { $0.name != name }.map { .init(name: $0.name, value: $0.value) }))
  }

  /// Objects that have the members of all; where one part is no object, nothing is told.
  private func all(_ parts: [JSONValue], _ level: Int) -> ValueShape {
    let shapes = parts.map { shape($0, level: level + 1) }.filter { !$0.isAny }
    guard let first = shapes.first else { return .any }
    if shapes.count == 1 { return first }
    guard shapes.allSatisfy({ $0.kinds.contains(.object) }) else { return .any }
    var members: [ValueShape.Member] = []
    for member in shapes.flatMap(\.members) {
      if let place = members.firstIndex(where: { $0.name == member.name }) {
        if members[place].shape.isAny { members[place].shape = member.shape }
        members[place].isRequired = members[place].isRequired || member.isRequired
      } else {
        members.append(member)
      }
    }
    return .object(members, others: .any)
  }

  private func plain(_ schema: JSONValue, _ level: Int) -> ValueShape {
    var kinds = self.kinds(schema)
    guard !kinds.isEmpty else { return .any }
    if schema[member: "nullable"]?.bool == true { kinds.insert(.null) }
    var shape = ValueShape(kinds.subtracting([.array, .object]))
    if kinds.contains(.array) {
      shape = shape.union(.array(of: self.shape(schema[member: "items"], level: level + 1)))
    }
    if kinds.contains(.object) { shape = shape.union(object(schema, level)) }
    return shape
  }

  private func object(_ schema: JSONValue, _ level: Int) -> ValueShape {
    let required = Set((schema[member: "required"]?.elements ?? []).compactMap(\.string))
    let members = (schema[member: "properties"]?.namedValues ?? []).map { name, inner in
      ValueShape.Member(name, shape(inner, level: level + 1), isRequired: required.contains(name))
    }
    switch schema[member: "additionalProperties"] {
    case let others? where others.bool == false: return .object(members)
    case let others? where others.kind == .object:
      return .object(members, others: shape(others, level: level + 1))
    default: return .object(members, others: .any)
    }
  }

  /// Empty where it says nothing.
  private func kinds(_ schema: JSONValue) -> ValueShape.Kinds {
    let type = schema[member: "type"]
    let names = type?.elements?.compactMap(\.string) ?? [type?.string].compactMap(\.self)
    if names.isEmpty {
      if schema[member: "properties"] != nil { return .object }
      return schema[member: "items"] != nil ? .array : []
    }
    return names.reduce(into: []) { kinds, name in
      switch name {
      case "null": kinds.insert(.null)
      case "boolean": kinds.insert(.boolean)
      case "integer": kinds.formUnion(.integer)
      case "number": kinds.formUnion(.number)
      case "string": kinds.insert(.string)
      case "array": kinds.insert(.array)
      case "object": kinds.insert(.object)
      default: kinds = .all
      }
    }
  }
}
