/// A definition that is to be written, with where each part of it comes from.
indirect enum YAMLTree: Hashable, Sendable {
  /// Written as it is: a number, `true`, a duration.
  case bare(String)
  /// Quoted where YAML wants it.
  case text(String)
  /// On one line.
  case list([YAMLTree])
  /// A line for each.
  case block([YAMLTree])
  case mapping(YAMLMapping)
  /// On one line.
  case inline(YAMLMapping)

  /// A value of a template: literal texts in it stay what they are.
  init(literal value: DocumentValue) {
    switch value {
    case .null: self = .bare("null")
    case .bool(let value): self = .bare(value ? "true" : "false")
    case .number(let text): self = .bare(text)
    case .string(let text): self = .text(text.replacing("${", with: "$${"))
    case .array(let elements):
      let trees = elements.map { YAMLTree(literal: $0) }
      self = trees.allSatisfy(\.isScalar) ? .list(trees) : .block(trees)
    case .object(let members):
      var mapping = YAMLMapping()
      for member in members { mapping[member.name] = YAMLTree(literal: member.value) }
      self = members.isEmpty ? .inline(mapping) : .mapping(mapping)
    }
  }

  static func texts(_ texts: [String]) -> YAMLTree { .list(texts.map { .text($0) }) }

  var isScalar: Bool {
    switch self {
    case .bare, .text: true
    default: false
    }
  }
}

/// Members in their order.
struct YAMLMapping: Hashable, Sendable {
  struct Entry: Hashable, Sendable {
    var name: String
    var value: YAMLTree
    /// Paths in the configuration that it comes from: what is remarked of them stands before it.
    var origins: [String] = []
    var comments: [String] = []
    /// Whether it is only a proposal, which stands as a comment.
    var isProposal = false
  }

  var entries: [Entry] = []

  var isEmpty: Bool { entries.allSatisfy(\.isProposal) }

  subscript(name: String) -> YAMLTree? {
    get { entries.first { $0.name == name && !$0.isProposal }?.value }
    set {
      let index = entries.firstIndex { $0.name == name && !$0.isProposal }
      switch (index, newValue) {
      case (let index?, let value?): entries[index].value = value
      case (let index?, nil): entries.remove(at: index)
      case (nil, let value?): entries.append(Entry(name: name, value: value))
      case (nil, nil): break
      }
    }
  }

  mutating func add(
    _ name: String, _ value: YAMLTree, from origins: [String] = [], comments: [String] = [], isProposal: Bool = false
  ) {
    entries.append(
      Entry(name: name, value: value, origins: origins, comments: comments, isProposal: isProposal))
  }
}
