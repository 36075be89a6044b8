/// A name of a member in a case file.
struct CaseKey: CodingKey {
  var stringValue: String
  var intValue: Int? { nil }

  init(stringValue: String) { self.stringValue = stringValue }
  init?(intValue: Int) { nil }
}

extension Decoder {
  /// The members of a mapping, which may have no others than `names`: a misspelt check would check nothing.
  func members(_ names: String...) throws -> CaseMembers {
    let container = try container(keyedBy: CaseKey.self)
    if let unknown = container.allKeys.first(where: { !names.contains($0.stringValue) }) {
      throw DecodingError.dataCorrupted(
        .init(codingPath: codingPath, debugDescription: "unknown member “\(unknown.stringValue)”; known: \(names)"))
    }
    return CaseMembers(container: container)
  }
}

/// A mapping of a case file, read member by member.
struct CaseMembers {
  var container: KeyedDecodingContainer<CaseKey>

  subscript<Value: Decodable>(name: String) -> Value? {
    get throws { try container.decodeIfPresent(Value.self, forKey: CaseKey(stringValue: name)) }
  }

  func require<Value: Decodable>(_ name: String) throws -> Value {
    try container.decode(Value.self, forKey: CaseKey(stringValue: name))
  }

  func callAsFunction<Value: Decodable>(_ name: String, or value: Value) throws -> Value {
    try self[name] ?? value
  }
}
