import JSONText
import Messages
import Plans

/// The names that templates of `tags` give.
enum CacheTags {
  /// Returns the names. A list gives one for each of its elements; null and empty give none. `nil` where a template
  /// fails, or there are more than may be kept: the rest is not read then.
  static func texts(of templates: [TextTemplate], _ values: some TemplateFiller) -> [String]? {
    var texts = DistinctList<String>(atMost: CachePlan.mostTags)
    for template in templates {
      guard let value = try? values.value(of: template) else { return nil }
      switch value {
      case .slice(let slice) where slice.kind == .array: add(slice.elements.lazy.map { .slice($0) }, to: &texts)
      default: add(value.elements ?? [value], to: &texts)
      }
      if texts.isOverfull { return nil }
    }
    return texts.elements
  }

  /// Those up to the first that is too many: a backend chooses how many there are.
  static func add(_ elements: some Sequence<JSONValue>, to texts: inout DistinctList<String>) {
    for element in elements where !element.isNull {
      let text = element.text
      if !text.isEmpty { texts.append(text) }
      if texts.isOverfull { return }
    }
  }
}
