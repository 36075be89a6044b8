import Plans

/// Lists of which a level may take up what the next one says: a route's of its file's `defaults`, and these of the
/// gateway's.
enum BaseWord {
  /// Stands in a list for the elements of the next level.
  static let text = "base"

  /// It stands once at most.
  static func check(_ elements: [YAMLNode], _ loading: Loading) {
    let words = elements.filter { $0.text == text }
    if words.count > 1 { loading.report(words[1], "`\(text)` is given twice", hint: "remove one") }
  }
}

extension MappingReader {
  /// One element of a list that is put together of levels.
  struct LevelElement {
    let node: YAMLNode
    let level: YAMLNode.Pair
  }

  /// The elements of a key, or its value where it is no list: the nearest level's, with the next one's in the place of
  /// `base`. Of `none` there are none.
  func elements(_ name: String) -> [LevelElement] { elements(levels(name)[...]) }

  private func elements(_ levels: ArraySlice<YAMLNode.Pair>) -> [LevelElement] {
    guard let level = levels.first, level.value.text != "none" else { return [] }
    return (level.value.elements ?? [level.value]).flatMap { node in
      node.text == BaseWord.text ? elements(levels.dropFirst()) : [LevelElement(node: node, level: level)]
    }
  }

  /// The levels that have a part in what a key says, the nearest first.
  func levelsInEffect(_ name: String) -> [YAMLNode.Pair] {
    var inEffect: [YAMLNode.Pair] = []
    for level in levels(name) {
      inEffect.append(level)
      if level.value.elements?.contains(where: { $0.text == BaseWord.text }) != true { break }
    }
    return inEffect
  }

  /// Warns of a `base` that stands for nothing.
  func checkBase(_ name: String) {
    let levels = levelsInEffect(name)
    guard levels.count == self.levels(name).count,
      let word = levels.last?.value.elements?.first(where: { $0.text == BaseWord.text })
    else { return }
    loading.warn(
      word, "`\(BaseWord.text)` stands for nothing: no `defaults` behind this have `\(name)`", hint: "remove it")
  }

  /// Where a level stands, in a word: for what depends on it.
  func place(of level: YAMLNode.Pair) -> String {
    if isOwn(level) { return "route" }
    return level.key.location.file == node.location.file ? "file" : "gateway"
  }

  func isOwn(_ level: YAMLNode.Pair) -> Bool { node[level.name]?.key.location == level.key.location }
}
