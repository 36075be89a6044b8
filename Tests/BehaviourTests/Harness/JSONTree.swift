/// A JSON text read strictly by RFC 8259, by a parser that shares nothing with the gateway's. Numbers keep their text.
indirect enum JSONTree: Sendable, Equatable {
  case null
  case bool(Bool)
  case number(String)
  case string(String)
  case array([JSONTree])
  case object([Member])

  struct Member: Sendable, Equatable {
    var name: String
    var value: JSONTree
  }

  init(parsing text: String) throws { try self.init(parsing: Array(text.utf8)) }

  init(parsing bytes: [UInt8]) throws {
    var parser = JSONTreeParser(bytes)
    self = try parser.parse()
  }

  /// The last member of that name; `nil` for everything that has none.
  subscript(name: String) -> JSONTree? {
    guard case .object(let members) = self else { return nil }
    return members.last { $0.name == name }?.value
  }

  subscript(index: Int) -> JSONTree? {
    guard case .array(let elements) = self, elements.indices.contains(index) else { return nil }
    return elements[index]
  }

  var string: String? { if case .string(let text) = self { text } else { nil } }
  var number: Double? { if case .number(let text) = self { Double(text) } else { nil } }
  var names: [String] { if case .object(let members) = self { members.map(\.name) } else { [] } }
  var elements: [JSONTree] { if case .array(let elements) = self { elements } else { [] } }
}

extension JSONTree {
  /// Where this differs from `pattern`, in whose place of a value `<any>`, `<number>`, `<string>`, `<time>` stand for
  /// whatever is of that kind. The order of members does not count. `nil`: no difference.
  func difference(from pattern: JSONTree, at path: String = "$") -> String? {
    switch (pattern, self) {
    case (.string("<any>"), _): return nil
    case (.string("<number>"), .number), (.string("<string>"), .string): return nil
    case (.string("<time>"), .string(let text)) where text.contains(#/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/#):
      return nil
    case (.number(let wanted), .number(let found)):
      return wanted == found || Double(wanted) == Double(found) ? nil : "\(path): expected \(wanted), got \(found)"
    case (.array(let wanted), .array(let found)):
      guard wanted.count == found.count else {
        return "\(path): expected \(wanted.count) elements, got \(found.count)"
      }
      return zip(wanted, found).enumerated().lazy
        .compactMap { $1.1.difference(from: $1.0, at: "\(path)[\($0)]") }.first
    case (.object(let wanted), .object(let found)):
      guard wanted.map(\.name).sorted() == found.map(\.name).sorted() else {
        return "\(path): expected the members \(wanted.map(\.name)), got \(found.map(\.name))"
      }
      return wanted.lazy.compactMap { self[$0.name]?.difference(from: $0.value, at: "\(path).\($0.name)") }.first
    default:
      return self == pattern ? nil : "\(path): expected \(pattern), got \(self)"
    }
  }
}
