import Composing
import Front

/// RFC 7240's `Prefer`, of which `handling` is honoured.
enum Preference {
  /// The first `handling` of the field's values; `nil` where there is none, or it says neither.
  static func handling(in values: some Sequence<Substring>) -> RequestContext.Handling? {
    for value in values {
      for preference in HeaderName.elements(value) {
        let parts = preference.utf8.prefix { $0 != UInt8(ascii: ";") }
          .split(separator: UInt8(ascii: "="), maxSplits: 1).map { HeaderName.trimmed(Substring($0)) }
        guard parts.count == 2, parts[0].lowercased() == "handling" else { continue }
        let word = parts[1].filter { $0 != "\"" }
        if let handling = RequestContext.Handling(rawValue: word.lowercased()) { return handling }
      }
    }
    return nil
  }
}
