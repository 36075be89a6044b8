import Plans

/// The text of a scalar that is needed at load: a URL, an address, a number with its unit. `${env.NAME}` in it is
/// already replaced.
struct SettingText {
  let text: String
  let node: YAMLNode
  /// It came out of the environment and may be a secret: never shown.
  let isComputed: Bool
  /// It stands in a file of which nothing is shown.
  private let isHidden: Bool

  /// For messages.
  var shown: String {
    if isHidden { return "this" }
    if text.isEmpty, !isComputed { return "an empty string" }
    return isComputed ? "the value of `\(node.text ?? "")`" : "`\(text)`"
  }

  /// `nil` after reporting: not a scalar, nothing, a template that needs a request, or a variable that is not set.
  /// - Parameter expected: "a duration such as `800ms`".
  init?(_ node: YAMLNode, _ loading: Loading, expected: String) {
    guard let raw = loading.text(of: node, expected: expected) else { return nil }
    self.node = node
    isHidden = loading.isHidden(node)
    if isHidden, raw.contains("${") {
      loading.report(node, "`${…}` has no meaning in this file", hint: "write the value itself")
      return nil
    }
    guard raw.contains("${") else {
      text = raw
      isComputed = false
      return
    }
    do {
      let template = try TextTemplate.compile(raw)
      isComputed = true
      guard let value = try Self.evaluate(template, node, loading) else { return nil }
      text = value
    } catch let error as TemplateError {
      loading.report(error, in: node)
      return nil
    } catch {
      loading.report(node, "`\(raw)` can't be evaluated at load")
      return nil
    }
  }

  private static func evaluate(_ template: TextTemplate, _ node: YAMLNode, _ loading: Loading) throws -> String? {
    for reference in template.references where reference.path.first != ScopeName.env.rawValue {
      let name = reference.path.first.map { "`\($0)`" } ?? "the whole scope"
      loading.report(
        node, at: reference.offset, "\(name) is not known when definitions are loaded; only `env.NAME` is")
      return nil
    }
    guard loading.checkEnvironment(template.expressions, in: node) else { return nil }
    guard let value = try template.text(loading.environmentScope) else {
      loading.report(node, "`\(node.text ?? "")` has no value")
      return nil
    }
    return value
  }
}
