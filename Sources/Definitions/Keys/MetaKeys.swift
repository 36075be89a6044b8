import Plans

/// The member that tells of partial failure.
struct MetaKeys: KeySet {
  static let title = "Meta"
  static let noun = "`meta`"
  static let introduction = "Only answers that are objects have it."

  let name = Key<String>(
    "name", .text("member name"), default: MetaPlan().name, "The member's name; no member of the answer may have it.",
    example: "_info")
  let when = Key<MetaPlan.When>(
    "when", .choice(), default: MetaPlan().when.rawValue, "With partial answers, with all, or with none.",
    example: "always")
}
