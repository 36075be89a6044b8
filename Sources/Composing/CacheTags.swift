import JSONText
import Messages
import Plans

/// The names that templates of `tags` give.
enum CacheTags {
  /// A list gives one for each of its elements; null and empty give none. `nil` where a template fails, or there are
  /// more than may be kept: the rest is not read then.
  static func texts(of templates: [TextTemplate], _ values: some TemplateFiller) -> [String]? {
    var texts = DistinctList<String>(atMost: CachePlan.mostTags)
    for template in templates {
      guard let value = try? values.value(of: template) else { return nil }
      for element in value.elements ?? [value] where !element.isNull {
        let text = element.text
        if !text.isEmpty { texts.append(text) }
        if texts.isOverfull { return nil }
      }
    }
    return texts.elements
  }
}
