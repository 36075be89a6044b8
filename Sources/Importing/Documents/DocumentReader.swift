import JSONText
import Yams

/// Reads a configuration that is written as JSON or as YAML.
enum DocumentReader {
  /// Of a file. Larger configurations than anybody writes.
  static let maxBytes = 16 << 20
  /// Of containers within containers.
  static let maxDepth = 64
  /// Of values, aliases of YAML expanded.
  static let maxValues = 500_000

  static func read(_ text: String) throws(ImportError) -> DocumentValue {
    guard text.utf8.count <= maxBytes else { throw ImportError("the file is larger than \(maxBytes >> 20) MiB") }
    let first = text.unicodeScalars.first { !$0.properties.isWhitespace && $0 != "\u{FEFF}" }
    guard let first else { throw ImportError("the file is empty") }
    return first == "{" || first == "[" ? try json(text) : try yaml(text)
  }

  private static func json(_ text: String) throws(ImportError) -> DocumentValue {
    do throws(JSONError) {
      let document = try JSONText(string: text, limits: JSONLimits(maxDepth: maxDepth, maxBytes: maxBytes))
      guard document.nodeCount <= maxValues else { throw JSONError(offset: 0, reason: .tooLarge) }
      return value(document.root)
    } catch {
      throw ImportError("\(error)", at: place(of: error.offset, in: text))
    }
  }

  private static func value(_ slice: JSONSlice) -> DocumentValue {
    switch slice.kind {
    case .null: .null
    case .true: .bool(true)
    case .false: .bool(false)
    case .number: .number(slice.numberText ?? slice.source)
    case .string: .string(slice.string ?? "")
    case .array: .array(slice.elements.map(value))
    case .object: .object(slice.members.map { .init(name: $0.key.string ?? "", value: value($0.value)) })
    }
  }

  /// Line and column of a byte, both from 1.
  private static func place(of offset: Int, in text: String) -> String {
    let before = text.utf8.prefix(offset)
    let line = before.count { $0 == UInt8(ascii: "\n") } + 1
    let column = (before.lastIndex(of: UInt8(ascii: "\n")).map { before[$0...].count } ?? before.count + 1)
    return "\(line):\(max(column, 1))"
  }

  private static func yaml(_ text: String) throws(ImportError) -> DocumentValue {
    let root: Node?
    do {
      root = try Yams.compose(yaml: text)
    } catch let error as YamlError {
      throw fault(error)
    } catch {
      throw ImportError("the file is not YAML: \(error)")
    }
    guard let root else { throw ImportError("the file is empty") }
    var count = 0
    return try value(root, depth: 0, &count)
  }

  private static func fault(_ error: YamlError) -> ImportError {
    switch error {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      return ImportError("the file is not YAML: \(problem)", at: "\(mark.line):\(mark.column)")
    case .duplicatedKeysInMapping(let duplicates, let context):
      return ImportError(
        "a key is given twice: \(duplicates.map { "\($0)" }.joined(separator: ", "))",
        at: "\(context.mark.line):\(context.mark.column)")
    default: return ImportError("the file is not YAML")
    }
  }

  private static func value(_ node: Node, depth: Int, _ count: inout Int) throws(ImportError) -> DocumentValue {
    count += 1
    guard depth <= maxDepth, count <= maxValues else {
      let place = node.mark.map { "\($0.line):\($0.column)" }
      throw ImportError("this goes beyond \(maxDepth) levels of nesting or \(maxValues) values", at: place)
    }
    if let mapping = node.mapping {
      var members: [DocumentValue.Member] = []
      for (key, element) in mapping {
        members.append(.init(name: key.string ?? "", value: try value(element, depth: depth + 1, &count)))
      }
      return .object(members)
    }
    if let sequence = node.sequence {
      var elements: [DocumentValue] = []
      for element in sequence { elements.append(try value(element, depth: depth + 1, &count)) }
      return .array(elements)
    }
    return scalar(node)
  }

  private static func scalar(_ node: Node) -> DocumentValue {
    let text = node.scalar?.string ?? ""
    guard node.scalar?.style == .plain else { return .string(text) }
    switch text {
    case "", "~", "null", "Null", "NULL": return .null
    case "true", "True", "TRUE": return .bool(true)
    case "false", "False", "FALSE": return .bool(false)
    default: return JSONNumber(text: text) == nil ? .string(text) : .number(text)
    }
  }
}
