import JSONText
import NamedFiles
import Plans

/// Reads a file of API keys. Nothing that stands in it is shown.
struct KeysFile {
  let path: String
  let loading: Loading

  /// Members without which a key would be taken for a better one.
  private static let telling = ["sha256", "sha256s", "expires", "disabled"]

  /// `nil` after reporting what is wrong.
  /// - Parameter place: where the file is named.
  func read(namedAt place: YAMLNode) -> [APIKeyEntry]? {
    guard let text = text(place) else { return nil }
    loading.noteSecret(text, of: path)
    let source = SourceFile(name: path, text: text)
    loading.hide(path)
    let composed = YAMLComposer.compose(source)
    loading.add(composed.diagnostics.map(\.withoutContent))
    guard !composed.isBroken else { return nil }
    // A file without anything in it is one without keys.
    guard let root = composed.root else { return [] }
    guard let nodes = root.elements else {
      loading.report(
        root, "a file of keys is a list of entries: `- { id: acme, sha256: … }`, found \(loading.kind(of: root))")
      return nil
    }
    var entries: [APIKeyEntry] = []
    var places: [String: SourceLocation] = [:]
    for node in nodes {
      guard let entry = entry(node) else { continue }
      for hash in entry.hashes {
        guard let first = places.updateValue(node.location, forKey: hash) else { continue }
        loading.report(node, "a key of this entry is given twice; the first is on line \(first.line)")
      }
      entries.append(entry)
    }
    return entries
  }

  private func text(_ place: YAMLNode) -> String? {
    guard let file = loading.keysFile(path, namedAt: place) else { return nil }
    loading.warnOfReaders(of: file, path, namedAt: place)
    return loading.content(namedAt: place) { () throws(NamedFileFault) in try file.text(isEmptyAllowed: true) }
  }

  private func entry(_ node: YAMLNode) -> APIKeyEntry? {
    guard let pairs = node.pairs else {
      loading.report(node, "expected a mapping with `id` and `sha256`, found \(loading.kind(of: node))")
      return nil
    }
    let known = Set(APIKeyEntryKeys.all.map(\.name))
    var own = node
    own.content = .mapping(pairs.filter { known.contains($0.name) })
    guard let reader = MappingReader<APIKeyEntryKeys>(own, loading) else { return nil }
    let (id, one, several) = (reader[\.id], reader[\.sha256], reader[\.sha256s])
    if reader.pair(\.sha256) == nil, reader.pair(\.sha256s) == nil {
      loading.report(node, "an entry needs `sha256`, or `sha256s` for several keys", hint: "`weft key new` makes one")
    }
    var fields = JSONObject()
    for pair in pairs where !known.contains(pair.name) {
      if ["provider", "subject"].contains(pair.name) {
        loading.report(pair.key, "`\(pair.name)` is a member of every `identity`: an entry can't have its own")
      } else if let hint = Suggestion.hint(for: pair.name, among: Self.telling) {
        loading.warn(pair.key, "`\(pair.name)` says nothing of a key: it becomes a member of `identity`", hint: hint)
      }
      fields.append(pair.name, pair.value.json)
    }
    guard let id else { return nil }
    var entry = APIKeyEntry(id: id, hashes: (one.map { [$0] } ?? []) + (several ?? []))
    entry.plan = reader[\.plan]
    checkPlan(entry, reader.pair(\.plan)?.value)
    entry.groups = reader[\.groups] ?? []
    entry.expires = reader[\.expires]
    entry.isDisabled = reader[\.disabled] ?? false
    entry.fields = fields
    return entry
  }
}

extension KeysFile {
  /// A plan that is none would be found out by the client alone.
  private func checkPlan(_ entry: APIKeyEntry, _ node: YAMLNode?) {
    guard let plan = entry.plan, let node, let known = loading.plans?.plans.map(\.name), !known.contains(plan) else {
      return
    }
    loading.report(
      node, "the plan of `\(entry.id)`, `\(plan)`, is none of `plans` in gateway.yaml; there are \(known.quoted)",
      hint: Suggestion.hint(for: plan, among: known))
  }
}

extension Loading {
  /// A file of keys or of users; `nil` after reporting that it is none, or too large.
  func keysFile(_ path: String, namedAt place: YAMLNode) -> NamedFile? {
    content(namedAt: place) { () throws(NamedFileFault) in
      try NamedFile(path, atMost: DefinitionLoader.maxFileBytes)
    }
  }

  /// Warns where other users of the machine can read such a file.
  /// - Parameter what: "keys".
  func warnOfReaders(of file: NamedFile, _ path: String, namedAt place: YAMLNode, what: String = "keys") {
    guard file.mode & 0o004 != 0 else { return }
    warn(place, "others can read the file of \(what)", hint: "`chmod o= \(typed(path))`")
  }
}

extension ValueType<[APIKeyEntry]> {
  /// The entries of the file that is named.
  static func keysFile() -> ValueType {
    let file = ValueType<String>.file()
    return ValueType(file.shape) { node, loading in
      guard let path = file.read(node, loading) else { return nil }
      return loading.keys(of: path) { KeysFile(path: path, loading: loading).read(namedAt: node) }
    }
  }
}

extension ValueType<Int64> {
  /// In milliseconds since 1970: the end of a day, or an instant.
  static func expiry() -> ValueType {
    setting(.scalar("date or instant"), expected: "a date such as `2027-12-31`") { setting, loading in
      if let end = CalendarDate.end(of: setting.text) ?? CalendarDate.instant(setting.text) { return end }
      loading.report(
        setting.node,
        "\(setting.shown) is no date; write `2027-12-31`, whose end in UTC counts, or an instant with its zone: "
          + "`2027-12-31T18:00:00Z`")
      return nil
    }
  }
}
