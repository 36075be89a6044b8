import Plans

/// One rule of `refuse`.
struct RefuseKeys: KeySet {
  static let title = "Refuse"
  static let noun = "an element of `refuse`"
  static let introduction = """
    Refuses requests by what they say. The first rule that is true answers. See [The edge](edge.md#refusing-requests).
    """

  let when = Key<YAMLNode>(
    "when", .template(), required: true,
    "Over the inputs of the request, but for its body. Refused where it is true, and where it fails.",
    example: "\"${query.debug == 'true'}\"")
  let status = Key<Int>(
    "status", .integer(400...599), default: "\(RefusalPlan.Rule.defaultStatus)", "The answer's status.", example: "404")
  let detail = Key<String>(
    "detail", .text("text"), default: "none", "What the problem document says, and the log.",
    example: "no debugging here")
}

extension Key where Value == [YAMLNode]? {
  static var refuse: Key {
    Key(
      "refuse", .orNone(.refusals()), default: "none",
      "Rules by which requests are refused. `base` among them stands for those of the next level of defaults.",
      example: "[{ when: \"${headers.\\\"user-agent\\\" == null}\", status: 400, detail: who are you? }]")
  }
}

extension ValueType<[YAMLNode]> {
  /// Rules, and `base`; their templates are compiled later, where the names in scope are known.
  fileprivate static func refusals() -> ValueType {
    let rule = ValueType<YAMLNode>(.either(.table(RefuseKeys.self), .choice([BaseWord.text]))) { node, loading in
      if node.text == BaseWord.text { return node }
      guard let reader = MappingReader<RefuseKeys>(node, loading) else { return nil }
      _ = (reader[\.status], reader[\.detail])
      return node
    }
    let list = ValueType.list(of: rule, isEmptyAllowed: false)
    return ValueType(list.shape) { node, loading in
      BaseWord.check(node.elements ?? [], loading)
      return list.read(node, loading)
    }
  }
}
