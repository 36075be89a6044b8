/// What is made of a backend's response: `target`, `allow`, `deny`, `mapping`, `is_collection` and the operations of
/// flatmap, as one expression over it.
struct KrakenDShape {
  /// Each reads what the one before it gives.
  private(set) var steps: [String] = []
  private var mayBeNull = false

  var expression: String? { steps.isEmpty ? nil : steps.joined(separator: " | ") }

  init() {}

  mutating func wrap(as name: String) { steps.append("{\(ExpressionText.name(name)): @}") }

  mutating func collectLists() { steps.append("type(@) == 'array' ? {collection: @} : @") }

  mutating func target(_ path: String) {
    steps.append("@.\(ExpressionText.path(path.split(separator: ".").map(String.init)))")
    mayBeNull = true
  }

  mutating func apply(_ expression: String) { steps.append(expression) }

  /// Only these members, under new names where `mapping` has some.
  mutating func allow(_ fields: [String], renaming mapping: [(String, String)]) {
    let names = Dictionary(mapping) { $1 }
    guard fields.contains(where: { $0.contains { $0 != "." } }) else { return }
    steps.append(FieldTree(fields).selection(from: "@", names: names))
  }

  mutating func deny(_ fields: [String]) {
    let removal = FieldTree(fields).removal
    steps.append(mayBeNull ? "@ && \(removal)" : removal)
  }

  /// Nothing but a list, as the member `collection`.
  var isCollection: Bool { steps == [Self.collection] }
  private static let collection = "{collection: @}"

  mutating func rename(_ mapping: [(String, String)]) {
    if isCollection, mapping.count == 1, mapping[0].0 == "collection" {
      steps = []
      return wrap(as: mapping[0].1)
    }
    var names = ""
    for (from, to) in mapping { names += "[0] == \(ExpressionText.string(from)) ? \(ExpressionText.string(to)) : " }
    let renaming = "from_items(items(@)[*].[\(names)[0], [1]])"
    steps.append(mayBeNull ? "@ && \(renaming)" : renaming)
  }

  /// Operations of flatmap in their order.
  /// - Returns: those that can't be said.
  mutating func flatmap(_ operations: [DocumentCursor]) -> [DocumentCursor] {
    operations.filter { operation in
      let arguments = operation["args"]?.strings.map { $0.split(separator: ".").map(String.init) } ?? []
      switch operation["type"]?.string {
      case "del" where !arguments.isEmpty && arguments.allSatisfy { !$0.isEmpty }:
        for argument in arguments { steps.append(Self.removal(of: argument)) }
      case "move" where arguments.count == 2 && arguments.allSatisfy { !$0.isEmpty }:
        guard let move = Self.move(arguments[0], arguments[1]) else { return true }
        steps.append(move)
      default: return true
      }
      return false
    }
  }

  private static func removal(of path: [String]) -> String {
    var tree = FieldTree([])
    tree.insert(path[...])
    return tree.removal
  }

  /// `nil` where the two lead into different lists.
  private static func move(_ from: [String], _ to: [String]) -> String? {
    if let first = from.first, first == to.first, from.count > 1, to.count > 1 {
      guard let inner = move(Array(from.dropFirst()), Array(to.dropFirst())) else { return nil }
      return first == "*" ? "map(&(\(inner)), @)" : within(first, inner)
    }
    guard !from.contains("*"), !to.contains("*"), !from.elementsEqual(to) else { return nil }
    let rest = "(\(removal(of: from)) | (let $rest = @ in \(putting(to[...], into: "$rest"))))"
    return "let $moved = \(ExpressionText.path(from)) in ($moved == `null` ? @ : \(rest))"
  }

  private static func putting(_ path: ArraySlice<String>, into object: String) -> String {
    guard let first = path.first else { return "$moved" }
    let name = ExpressionText.name(first)
    let whole = object == "$rest" ? object : "\(object) || `{}`"
    return "merge(\(whole), {\(name): \(putting(path.dropFirst(), into: "\(object).\(name)"))})"
  }

  private static func within(_ name: String, _ inner: String) -> String {
    let quoted = ExpressionText.name(name)
    return "\(quoted) == `null` ? @ : merge(@, {\(quoted): (\(quoted) | \(inner))})"
  }
}

/// Members of objects, and of objects in them; `*` is each element of a list.
private struct FieldTree {
  private var members: [(name: String, tree: FieldTree?)] = []

  init(_ fields: [String]) {
    for field in fields where field.contains(where: { $0 != "." }) {
      insert(field.split(separator: ".").map(String.init)[...])
    }
  }

  mutating func insert(_ path: ArraySlice<String>) {
    guard let first = path.first else { return }
    let rest = path.dropFirst()
    let index = members.firstIndex { $0.name == first }
    guard !rest.isEmpty else {
      if let index { members[index].tree = nil } else { members.append((first, nil)) }
      return
    }
    var tree = FieldTree([])
    if let index {
      // The whole of it is there already.
      guard let found = members[index].tree else { return }
      tree = found
    }
    tree.insert(rest)
    if let index { members[index].tree = tree } else { members.append((first, tree)) }
  }

  func selection(from object: String, names: [String: String] = [:]) -> String {
    let parts = members.map { name, tree in
      let quoted = ExpressionText.name(name)
      return "\(ExpressionText.name(names[name] ?? name)): \(tree?.selection(from: quoted) ?? quoted)"
    }
    return "\(object).{\(parts.joined(separator: ", "))}"
  }

  /// An expression over an object, which gives it without the members.
  var removal: String {
    if members.count == 1, members[0].name == "*" {
      return members[0].tree.map { "map(&(\($0.removal)), @)" } ?? "`[]`"
    }
    let whole = members.filter { $0.tree == nil }.map { ExpressionText.string($0.name) }
    let left =
      whole.isEmpty ? "@" : "from_items(items(@)[?!contains([\(whole.joined(separator: ", "))], [0])])"
    let parts = members.compactMap { name, tree -> String? in
      guard let tree else { return nil }
      let quoted = ExpressionText.name(name)
      let kind = tree.members.count == 1 && tree.members[0].name == "*" ? "array" : "object"
      return "type(\(quoted)) == '\(kind)' ? {\(quoted): (\(quoted) | \(tree.removal))} : `{}`"
    }
    return parts.isEmpty ? left : "merge(\(([left] + parts).joined(separator: ", ")))"
  }
}
