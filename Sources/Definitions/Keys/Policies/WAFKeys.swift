import Firewall
import Plans

/// Rules that requests are inspected by.
struct WAFKeys: KeySet {
  static let title = "WAF"
  static let noun = "`waf`"
  static let introduction = """
    Inspects requests by rules of ModSecurity, those of the OWASP core rule set or your own, before the work sees them. \
    See [The edge](edge.md#attacks-in-requests).
    """
  static let core = "crs"

  let rules = Key<[RuleSettings.Source]>(
    "rules", .ruleSources(), required: true,
    "`crs` is the OWASP core rule set as Debian installs it; else a file of rules. Of a list, in its order.",
    example: "[crs]")
  let mode = Key<WAFPlan.Mode>(
    "mode", .choice(), default: "block", "`block` answers with 403, `detect` only logs what it would have refused.",
    example: "detect")
  let paranoia = Key<Int>(
    "paranoia", .integer(RuleSettings.levels), default: "1",
    "The paranoia level of the core rule set: higher ones find more, and refuse more of what is meant well.",
    example: "2")
  let exclude = Key<[Int]>(
    "exclude", .distinct(of: .integer(1...2_147_483_647)), default: "none", "Ids of rules that do not count.",
    example: "[920350]")

  static func decode(_ reader: MappingReader<WAFKeys>) -> WAFPlan? {
    let (sources, mode) = (reader[\.rules], reader[\.mode])
    let (paranoia, exclude) = (reader[\.paranoia], reader[\.exclude])
    guard let sources, !sources.isEmpty, let place = reader.pair(\.rules)?.value else { return nil }
    if let pair = reader.pair(\.paranoia), !sources.contains(.core) {
      reader.loading.report(pair.key, "`paranoia` is a level of the core rule set, which `rules` does not have")
    }
    var settings = RuleSettings(sources)
    settings.paranoia = paranoia ?? settings.paranoia
    settings.exclude = exclude ?? []
    guard let rules = reader.loading.rules(settings, at: place) else { return nil }
    var plan = WAFPlan(rules)
    plan.mode = mode ?? plan.mode
    return plan
  }
}

extension Key where Value == WAFPlan? {
  static var waf: Key {
    Key(
      "waf", .orNone(.table(WAFKeys.self, WAFKeys.decode)), default: "none",
      "Inspects requests by rules, such as the OWASP core rule set; needs libmodsecurity on the machine.",
      example: "{ rules: crs, exclude: [920350] }")
  }
}

extension ValueType<[RuleSettings.Source]> {
  /// `crs`, a file, or a list of them.
  fileprivate static func ruleSources() -> ValueType {
    let file = ValueType<String>.file()
    let one = ValueType<RuleSettings.Source>(.either(.choice([WAFKeys.core]), file.shape)) { node, loading in
      node.text == WAFKeys.core ? .core : file.read(node, loading).map { .file($0) }
    }
    let several = ValueType.oneOrList(of: one)
    return ValueType(several.shape) { node, loading in
      guard let sources = several.read(node, loading) else { return nil }
      guard let elements = node.elements else { return sources }
      guard elements.count == sources.count else { return nil }
      if let twice = sources.indices.first(where: { sources[..<$0].contains(sources[$0]) }) {
        loading.report(elements[twice], "`rules` names this twice", hint: "remove one")
        return nil
      }
      return sources
    }
  }
}
