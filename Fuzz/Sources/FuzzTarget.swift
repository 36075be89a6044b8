/// What can be fuzzed. Each target takes any bytes, and traps where a property does not hold.
enum FuzzTarget: String, CaseIterable {
  case json, jmespath, templates, requests, http2, openings, definitions, redis, entries, fields, tokens, credentials

  func run(_ bytes: UnsafeRawBufferPointer) {
    switch self {
    case .json: JSONTarget.run(Array(bytes))
    case .jmespath: JMESPathTarget.run(Array(bytes))
    case .templates: TemplateTarget.run(Array(bytes))
    case .requests: RequestTarget.run(Array(bytes))
    case .http2: HTTP2Target.run(Array(bytes))
    case .openings: OpeningTarget.run(Array(bytes))
    case .definitions: DefinitionTarget.run(Array(bytes))
    case .redis: RedisTarget.run(Array(bytes))
    case .entries: EntryTarget.run(Array(bytes))
    case .fields: FieldTarget.run(Array(bytes))
    case .tokens: TokenTarget.run(Array(bytes))
    case .credentials: CredentialTarget.run(Array(bytes))
    }
  }
}

/// A property. libFuzzer takes the trap for a crash and keeps the input.
func hold(_ condition: @autoclosure () -> Bool, _ message: @autoclosure () -> String) {
  if !condition() { fatalError(message()) }
}

extension [UInt8] {
  /// What is before the first NUL, and what is behind it.
  var parts: (first: [UInt8], second: [UInt8]?) {
    guard let zero = firstIndex(of: 0) else { return (self, nil) }
    return (Array(self[..<zero]), Array(self[(zero + 1)...]))
  }
}
