import JSONText

/// A tree of JSON with templates in it: a `response`, a `body`, a `fallback`. Compiled to a flat list of ready bytes
/// and expressions, so that writing it is one pass without recursion. Immutable.
package struct ValueTemplate: Sendable {
  /// The tree as a definition has it, before it is compiled. Member names are literal.
  package indirect enum Source: Sendable {
    case null
    case bool(Bool)
    /// A JSON number, written out as it stands.
    case number(String)
    case text(TextTemplate)
    case array([Source])
    case object([(name: String, value: Source)])
  }

  private enum Piece: Sendable {
    case bytes([UInt8])
    case value(TextTemplate, field: String)
  }

  /// The bound on a value that is put in scope.
  static let maxValueBytes = 16 << 20

  private let pieces: [Piece]
  /// Whether the template as a whole is an object, whatever its values are.
  package let isObject: Bool
  /// The names of the outermost object, in the file's order; empty where the template is no object.
  package let memberNames: [String]
  /// Whether some expression is more than a path.
  package let isComputed: Bool
  /// What it reads; offsets are bytes of the scalar they stand in.
  package let references: [TemplateReference]
  /// The value, where it is the same for every request.
  package let constant: JSONValue?
  /// As the definition has it.
  package let source: Source

  package init(_ source: Source) {
    self.source = source
    var compiler = Compiler()
    compiler.add(source, field: "")
    compiler.endBytes()
    pieces = compiler.pieces
    references = compiler.references
    isComputed = compiler.isComputed
    if case .object(let members) = source {
      isObject = true
      memberNames = members.map(\.name)
    } else {
      isObject = false
      memberNames = []
    }
    if pieces.isEmpty {
      constant = .null
    } else if pieces.count == 1, case .bytes(let bytes) = pieces[0] {
      constant = (try? JSONText(bytes)).map { .slice($0.root) }
    } else {
      constant = nil
    }
  }

  /// Writes the value; an expression that fails writes null, and its field is appended to `failed`.
  package func write(into writer: inout JSONWriter, _ scope: Scope, failed: inout [FieldFailure]) {
    for piece in pieces {
      switch piece {
      case .bytes(let bytes): writer.writeRaw(bytes)
      case .value(let template, let field):
        do {
          writer.write(try template.value(scope))
        } catch {
          writer.writeNull()
          failed.append(FieldFailure(field, reason: error.message))
        }
      }
    }
  }

  /// Writes the value; the first expression that fails ends it, and the writer then holds half a value.
  package func render(into writer: inout JSONWriter, _ scope: Scope) throws(RenderFailure) {
    for piece in pieces {
      switch piece {
      case .bytes(let bytes): writer.writeRaw(bytes)
      case .value(let template, _): writer.write(try template.value(scope))
      }
    }
  }

  /// Makes the value as far as it can be told: a template with an expression that `isKnown` denies is a string, as
  /// written.
  package func outline(_ scope: Scope, isKnown: (TemplateExpression) -> Bool) throws(RenderFailure) -> JSONValue {
    if let constant { return constant }
    var writer = JSONWriter()
    for piece in pieces {
      switch piece {
      case .bytes(let bytes): writer.writeRaw(bytes)
      case .value(let template, _) where template.expressions.allSatisfy(isKnown):
        writer.write(try template.value(scope))
      case .value(let template, _): writer.write(template.source)
      }
    }
    return (try? JSONText(writer.bytes)).map { .slice($0.root) } ?? .null
  }

  /// Makes the value to put in scope; failing expressions are null in it and reported as in `write`.
  package func value(_ scope: Scope, failed: inout [FieldFailure]) -> JSONValue {
    if let constant { return constant }
    if pieces.count == 1, case .value(let template, let field) = pieces[0] {
      do {
        return try template.value(scope)
      } catch {
        failed.append(FieldFailure(field, reason: error.message))
        return .null
      }
    }
    var writer = JSONWriter(maxBytes: Self.maxValueBytes)
    write(into: &writer, scope, failed: &failed)
    do {
      return .slice(try JSONText(writer.bytes).root)
    } catch {
      // Only a bound can refuse what the writer wrote.
      failed.append(FieldFailure("@", reason: "the value is too large"))
      return .null
    }
  }

  /// The path of a field where the whole is a member of something.
  package static func field(_ path: String, of member: String) -> String {
    path == "@" ? member : path.hasPrefix("[") ? member + path : "\(member).\(path)"
  }

  private struct Compiler {
    var pieces: [Piece] = []
    var references: [TemplateReference] = []
    var isComputed = false
    private var writer = JSONWriter()

    mutating func add(_ source: Source, field: String) {
      switch source {
      case .null: writer.writeNull()
      case .bool(let bool): writer.write(bool)
      case .number(let text): writer.writeRaw(Array(text.utf8))
      case .text(let template): add(template, field: field)
      case .array(let elements):
        writer.writeRaw("[")
        for (index, element) in elements.enumerated() {
          if index > 0 { writer.writeRaw(",") }
          add(element, field: "\(field)[\(index)]")
        }
        writer.writeRaw("]")
      case .object(let members):
        writer.writeRaw("{")
        for (index, member) in members.enumerated() {
          if index > 0 { writer.writeRaw(",") }
          writer.write(name: member.name)
          add(member.value, field: field.isEmpty ? member.name : "\(field).\(member.name)")
        }
        writer.writeRaw("}")
      }
    }

    private mutating func add(_ template: TextTemplate, field: String) {
      if let constant = template.constantValue {
        writer.write(constant)
        return
      }
      endBytes()
      references += template.references
      isComputed = isComputed || template.isComputed
      pieces.append(.value(template, field: field.isEmpty ? "@" : field))
    }

    mutating func endBytes() {
      guard !writer.bytes.isEmpty else { return }
      pieces.append(.bytes(writer.bytes))
      writer = JSONWriter()
    }
  }
}
