import Composing

/// RFC 7240's `Prefer`, of which `handling` is honoured.
enum Preference {
  /// The first `handling` of the field's values; `nil` where there is none, or it says neither.
  static func handling(in values: some Sequence<Substring>) -> RequestContext.Handling? {
    for value in values {
      for preference in value.split(separator: ",") {
        let parts = preference.prefix { $0 != ";" }.split(separator: "=", maxSplits: 1)
        guard parts.count == 2, trimmed(parts[0]).lowercased() == "handling" else { continue }
        let word = trimmed(parts[1]).filter { $0 != "\"" }
        if let handling = RequestContext.Handling(rawValue: word.lowercased()) { return handling }
      }
    }
    return nil
  }

  private static func trimmed(_ text: Substring) -> Substring {
    let start = text.drop { $0 == " " || $0 == "\t" }
    return start.dropLast(start.reversed().prefix { $0 == " " || $0 == "\t" }.count)
  }
}
