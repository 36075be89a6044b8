import Plans

/// Lists of which a level may take up what the next one says: a route's of its file's `defaults`, and these of the
/// gateway's.
enum BaseWord {
  /// Stands in a list for the elements of the next level.
  static let text = "base"

  /// It stands once at most, as another word does that stands for several elements.
  static func check(_ elements: [YAMLNode], for word: String = text, _ loading: Loading) {
    let words = elements.filter { $0.text == word }
    if words.count > 1 { loading.report(words[1], "`\(word)` is given twice", hint: "remove one") }
  }
}

/// Whose a level is: the route's own, its file's `defaults`, or the gateway's.
enum LevelPlace: String {
  case route, file, gateway
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

  /// Where a level stands.
  func place(of level: YAMLNode.Pair) -> LevelPlace {
    if node[level.name]?.key.location == level.key.location { return .route }
    return level.key.location.file == node.location.file ? .file : .gateway
  }
}
