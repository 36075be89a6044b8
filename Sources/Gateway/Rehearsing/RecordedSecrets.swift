import JSONText
import Messages
import Plans

/// What is not kept of responses: values of what `SecretName` knows by its name, and fields that are of the connection.
enum RecordedSecrets {
  static let concealed = "concealed"

  private static let connection: Set = [
    "connection", "keep-alive", "transfer-encoding", "content-length", "trailer", "upgrade", "date", "te",
  ]

  static func mayBeKept(_ field: HeaderField) -> Bool {
    !SecretName.isSecret(field.name) && !connection.contains(field.name.lowercased())
  }

  /// Values of parameters with such names stand for any.
  static func concealed(target: String) -> String {
    let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2 else { return target }
    let parameters = parts[1].split(separator: "&", omittingEmptySubsequences: false).map { parameter in
      let name = parameter.prefix { $0 != "=" }
      return SecretName.isSecret(name) ? "\(name)=*" : String(parameter)
    }
    return "\(parts[0])?\(parameters.joined(separator: "&"))"
  }

  /// Members with such names have another value; nothing is left of the document that it came in.
  static func concealed(_ value: JSONValue) -> JSONValue {
    if let elements = value.elements { return .array(elements.map { concealed($0) }) }
    if let string = value.string { return .string(string) }
    guard case .slice(let slice) = value, slice.kind == .object else { return value }
    return .object(
      JSONObject(
        slice.members.map { member in
          let name = member.key.string ?? ""
          let inner = JSONValue.slice(member.value)
          let hides = SecretName.isSecret(name) && inner.elements == nil && inner.kind != .object && !inner.isNull
          return .init(name: name, value: hides ? .string(concealed) : concealed(inner))
        }))
  }
}
