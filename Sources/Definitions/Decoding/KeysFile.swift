import Foundation
import JSONText
import Plans

/// Reads a file of API keys.
struct KeysFile {
  let path: String
  let loading: Loading

  /// `nil` after reporting what is wrong.
  /// - Parameter place: where the file is named.
  func read(namedAt place: YAMLNode) -> [APIKeyEntry]? {
    guard let text = text(place) else { return nil }
    loading.noteSecret(text, of: path)
    let source = SourceFile(name: path, text: text)
    // An excerpt would show what stands there.
    let composed = YAMLComposer.compose(source)
    loading.add(composed.diagnostics)
    guard !composed.isBroken else { return nil }
    // A file without anything in it is one without keys.
    guard let root = composed.root else { return [] }
    guard let nodes = root.elements else {
      loading.report(root, "a file of keys is a list of entries: `- { id: acme, sha256: … }`, found \(root.kind)")
      return nil
    }
    var entries: [APIKeyEntry] = []
    var places: [String: SourceLocation] = [:]
    for node in nodes {
      guard let entry = entry(node) else { continue }
      for hash in entry.hashes {
        guard let first = places.updateValue(node.location, forKey: hash) else { continue }
        loading.report(node, "a key of `\(entry.id)` is given twice; the first is on line \(first.line)")
      }
      entries.append(entry)
    }
    return entries
  }

  private func text(_ place: YAMLNode) -> String? {
    guard let data = loading.data(of: path, namedAt: place) else { return nil }
    guard let text = String(validating: data, as: UTF8.self) else {
      loading.report(place, "the file of keys is not UTF-8")
      return nil
    }
    loading.warnOfReaders(of: path, namedAt: place)
    return text
  }

  private func entry(_ node: YAMLNode) -> APIKeyEntry? {
    guard let pairs = node.pairs else {
      loading.report(node, "expected a mapping with `id` and `sha256`, found \(node.kind)")
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
  /// The content of a file of keys; `nil` after reporting that it is none, or too large.
  func data(of path: String, namedAt place: YAMLNode) -> Data? {
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
      let handle = FileHandle(forReadingAtPath: path),
      let data = try? handle.read(upToCount: DefinitionLoader.maxFileBytes + 1) ?? Data()
    else {
      report(place, "the file of keys can't be read")
      return nil
    }
    guard data.count <= DefinitionLoader.maxFileBytes else {
      report(place, "the file of keys is larger than \(DefinitionLoader.maxFileBytes.bytesWritten)")
      return nil
    }
    return data
  }

  /// Warns where other users of the machine can read a file of keys.
  func warnOfReaders(of path: String, namedAt place: YAMLNode) {
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & 0o007 != 0 else { return }
    warn(place, "others can read the file of keys", hint: "`chmod o= \(typed(path))`")
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
  /// In milliseconds since 1970.
  static func expiry() -> ValueType {
    setting(.scalar("date or instant"), expected: "a date such as `2027-12-31`") { setting, loading in
      let day = (try? Date(setting.text, strategy: .iso8601.year().month().day()))?.addingTimeInterval(86_400)
      if let instant = day ?? (try? Date(setting.text, strategy: .iso8601)),
        let milliseconds = Int64(exactly: (instant.timeIntervalSince1970 * 1000).rounded())
      {
        return milliseconds
      }
      loading.report(
        setting.node, "\(setting.shown) is no date; write `2027-12-31`, or an instant: `2027-12-31T18:00:00Z`")
      return nil
    }
  }
}
