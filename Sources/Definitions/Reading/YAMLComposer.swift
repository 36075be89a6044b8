// Yams' own composer stops at the first duplicate key, expands aliases without a bound and keeps no end marks, so the
// events of the libyaml in its package are composed here.
import CYaml
import Plans

/// Composes one YAML document from libyaml's events. Confined to the call of `compose`.
struct YAMLComposer {
  /// Nesting of sequences and mappings.
  static let maxDepth = 100
  /// Of these nodes, or of more levels than libyaml takes.
  static let tooDeep = "this goes beyond \(maxDepth) levels of nesting"
  static let needless = "no definition needs that"
  /// Nodes of a file, aliases expanded: an alias of an alias of an alias can't fill the memory.
  static let maxNodes = 100_000

  private let file: SourceFile
  private var parser = yaml_parser_t()
  private var anchors: [String: YAMLNode] = [:]
  private var nodes = 0
  private(set) var diagnostics: [Diagnostic] = []

  private struct Stop: Error {}

  private init(_ file: SourceFile) {
    self.file = file
  }

  /// The document's root, `nil` for a file without one (empty, or comments only). Where `isBroken`, the text ends in a
  /// fault, and what is said about the rest of it has no meaning.
  static func compose(_ file: SourceFile) -> (root: YAMLNode?, isBroken: Bool, diagnostics: [Diagnostic]) {
    var composer = YAMLComposer(file)
    var isBroken = false
    var root: YAMLNode?
    guard yaml_parser_initialize(&composer.parser) == 1 else { fatalError("libyaml has no memory") }
    defer { yaml_parser_delete(&composer.parser) }
    var text = file.text
    text.withUTF8 { bytes in
      yaml_parser_set_encoding(&composer.parser, YAML_UTF8_ENCODING)
      yaml_parser_set_input_string(&composer.parser, bytes.baseAddress, bytes.count)
      do {
        root = try composer.document()
      } catch {
        isBroken = true
      }
    }
    return (root, isBroken, composer.diagnostics)
  }

  private mutating func document() throws(Stop) -> YAMLNode? {
    _ = try next()  // The start of the stream.
    guard try next().type == YAML_DOCUMENT_START_EVENT else { return nil }
    let root = try node(from: try next(), depth: 0)
    _ = try next()  // The end of the document.
    let after = try next()
    guard after.type == YAML_STREAM_END_EVENT else {
      throw stop(after.start, "a second document begins here; a file holds one document", "remove the `---`")
    }
    return root
  }

  private mutating func node(from event: YAMLEvent, depth: Int) throws(Stop) -> YAMLNode {
    nodes += 1
    guard depth <= Self.maxDepth, nodes <= Self.maxNodes else {
      let isTooDeep = depth > Self.maxDepth
      throw stop(event.start, isTooDeep ? Self.tooDeep : "this goes beyond \(Self.maxNodes) nodes", Self.needless)
    }
    switch event.type {
    case YAML_ALIAS_EVENT: return try alias(event)
    case YAML_SEQUENCE_START_EVENT: return try sequence(event, depth: depth)
    case YAML_MAPPING_START_EVENT: return try mapping(event, depth: depth)
    default: return scalar(event)
    }
  }

  private mutating func alias(_ event: YAMLEvent) throws(Stop) -> YAMLNode {
    guard let node = anchors[event.anchor ?? ""] else {
      let hint = Suggestion.hint(for: event.anchor ?? "", among: anchors.keys.sorted())
      throw stop(
        event.start, "`*\(event.anchor ?? "")` has no anchor before it; an alias repeats an earlier `&name`", hint)
    }
    nodes += node.size
    guard nodes <= Self.maxNodes else {
      throw stop(event.start, "with its aliases expanded, this file has more than \(Self.maxNodes) nodes")
    }
    return node
  }

  private mutating func scalar(_ event: YAMLEvent) -> YAMLNode {
    checkTag(event)
    let style = event.tag == "tag:yaml.org,2002:str" && event.style == .plain ? .singleQuoted : event.style
    let node = YAMLNode(content: .scalar(event.value, style), location: location(event.start), end: event.end)
    register(node, event)
    return node
  }

  private mutating func sequence(_ event: YAMLEvent, depth: Int) throws(Stop) -> YAMLNode {
    checkTag(event)
    var elements: [YAMLNode] = []
    var inner = try next()
    while inner.type != YAML_SEQUENCE_END_EVENT {
      elements.append(try node(from: inner, depth: depth + 1))
      inner = try next()
    }
    var node = YAMLNode(content: .sequence(elements), location: location(event.start), end: inner.end)
    node.size = elements.reduce(1) { $0 + $1.size }
    register(node, event)
    return node
  }

  private mutating func mapping(_ event: YAMLEvent, depth: Int) throws(Stop) -> YAMLNode {
    checkTag(event)
    var pairs: [YAMLNode.Pair] = []
    var places: [String: SourceLocation] = [:]
    var inner = try next()
    while inner.type != YAML_MAPPING_END_EVENT {
      let isScalar = inner.type == YAML_SCALAR_EVENT
      let key = try node(from: inner, depth: depth + 1)
      let value = try node(from: try next(), depth: depth + 1)
      inner = try next()
      guard isScalar, let name = key.text, !(name.isEmpty && key.isPlain) else {
        report(key.location, "a key must be a plain word or a quoted string")
        continue
      }
      if name == "<<", key.isPlain {
        report(
          key.location, "merge keys are not part of YAML 1.2; the keys have to be written out",
          "for routes, `defaults` holds what they share")
      } else if let first = places[name] {
        report(key.location, "`\(name)` is given twice; it is first given on line \(first.line)", "remove one of them")
      } else {
        places[name] = key.location
        pairs.append(YAMLNode.Pair(key: key, value: value))
      }
    }
    var node = YAMLNode(content: .mapping(pairs), location: location(event.start), end: inner.end)
    node.size = pairs.reduce(1) { $0 + $1.key.size + $1.value.size }
    register(node, event)
    return node
  }

  private mutating func checkTag(_ event: YAMLEvent) {
    switch event.tag {
    case nil, "!", "tag:yaml.org,2002:str": return
    case let tag?:
      let short = tag.replacing("tag:yaml.org,2002:", with: "!!")
      report(location(event.start), "the tag `\(short)` is not supported; only `!!str` is")
    }
  }

  private mutating func register(_ node: YAMLNode, _ event: YAMLEvent) {
    if let anchor = event.anchor { anchors[anchor] = node }
  }

  private func location(_ mark: (line: Int, column: Int)) -> SourceLocation {
    file.location(line: mark.line, column: mark.column)
  }

  private mutating func report(_ location: SourceLocation, _ message: String, _ hint: String? = nil) {
    diagnostics.append(Diagnostic(at: location, message, hint: hint, excerpt: file.excerpt(location.line)))
  }

  private mutating func stop(_ mark: (line: Int, column: Int), _ message: String, _ hint: String? = nil) -> Stop {
    report(location(mark), message, hint)
    return Stop()
  }

  private mutating func next() throws(Stop) -> YAMLEvent {
    var raw = yaml_event_t()
    guard yaml_parser_parse(&parser, &raw) == 1 else {
      let fault = YAMLFault(parser, in: file)
      throw stop(fault.mark, fault.message, fault.hint)
    }
    defer { yaml_event_delete(&raw) }
    return YAMLEvent(raw)
  }
}
