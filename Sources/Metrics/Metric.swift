/// One metric: what it is called, and what its figures mean. A value.
package struct Metric: Hashable, Sendable {
  package enum Kind: String, Sendable {
    case counter, gauge, histogram
    /// A gauge that is always 1: its labels are what it tells.
    case info
  }

  /// As it is queried; of a histogram without `_bucket`, `_count` and `_sum`.
  package let name: String
  package let kind: Kind
  /// The names of its labels, in their order.
  package let labels: [String]
  /// One sentence, which a scrape has as well.
  package let help: String

  package init(_ name: String, _ kind: Kind, _ labels: [String] = [], _ help: String) {
    precondition(name.hasSuffix("_total") == (kind == .counter), "counters, and nothing else, end in _total")
    precondition(
      name.hasSuffix("_info") == (kind == .info), "what tells by its labels, and nothing else, ends in _info")
    self.name = name
    self.kind = kind
    self.labels = labels
    self.help = help
  }
}
