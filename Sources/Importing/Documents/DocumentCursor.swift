/// A value of a configuration with its place. What is asked of it is marked as read.
struct DocumentCursor {
  let value: DocumentValue
  /// JSON pointer.
  let pointer: String
  let marks: ReadMarks

  init(_ value: DocumentValue, pointer: String = "", marks: ReadMarks) {
    self.value = value
    self.pointer = pointer
    self.marks = marks
  }

  /// The first member that is there, of several names of one thing.
  subscript(names: String...) -> DocumentCursor? {
    for name in names {
      guard let found = member(name) else { continue }
      marks.take(found.pointer)
      if case .null = found.value { continue }
      return found
    }
    return nil
  }

  /// Members of an object in their order.
  var members: [(name: String, value: DocumentCursor)] {
    guard case .object(let members) = value else { return [] }
    return members.map { found in
      let inner = "\(pointer)/\(ReadMarks.escaped(found.name))"
      marks.take(inner)
      return (found.name, DocumentCursor(found.value, pointer: inner, marks: marks))
    }
  }

  var elements: [DocumentCursor] {
    guard case .array(let elements) = value else { return [] }
    return elements.enumerated().map { DocumentCursor($1, pointer: "\(pointer)/\($0)", marks: marks) }
  }

  var isObject: Bool { if case .object = value { true } else { false } }

  var string: String? { if case .string(let text) = value { text } else { nil } }

  var bool: Bool? { if case .bool(let value) = value { value } else { nil } }

  /// As it is spelt.
  var number: String? { if case .number(let text) = value { text } else { nil } }

  var double: Double? { number.flatMap { Double($0) } }

  /// A whole number from 0 to a billion.
  var count: Int? {
    guard let double, (0...1_000_000_000).contains(double) else { return nil }
    return Int(exactly: double.rounded())
  }

  /// A text alone, or a list of texts.
  var strings: [String] {
    if let string { return [string] }
    return elements.compactMap(\.string)
  }

  /// The value, with nothing left to say of what is in it.
  var whole: DocumentValue {
    marks.take(pointer, whole: true)
    return value
  }

  func remark(_ message: String) { marks.remark(message, at: pointer) }

  private func member(_ name: String) -> DocumentCursor? {
    guard case .object(let members) = value, let found = members.last(where: { $0.name == name }) else { return nil }
    return DocumentCursor(found.value, pointer: "\(pointer)/\(ReadMarks.escaped(name))", marks: marks)
  }
}
