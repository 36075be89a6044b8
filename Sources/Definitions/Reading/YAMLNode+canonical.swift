extension YAMLNode {
  /// The same for two nodes that say the same, whatever their style and comments; different for all others: every text
  /// stands behind its length.
  var canonicalText: String {
    var text = ""
    appendCanonical(to: &text)
    return text
  }

  private func appendCanonical(to text: inout String) {
    switch content {
    case .scalar(let scalar, _):
      // A quoted `1` is a string, a plain one a number.
      text += "\(CoreSchema(self).isString ? "s" : "p")\(scalar.utf8.count):\(scalar)"
    case .sequence(let elements):
      text += "[\(elements.count):"
      for element in elements { element.appendCanonical(to: &text) }
    case .mapping(let pairs):
      // Their order counts: it is the order of members in answers.
      text += "{\(pairs.count):"
      for pair in pairs {
        pair.key.appendCanonical(to: &text)
        pair.value.appendCanonical(to: &text)
      }
    }
  }
}

extension CoreSchema {
  fileprivate var isString: Bool {
    if case .string = self { true } else { false }
  }
}
