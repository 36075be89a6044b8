/// A form in which metrics are written. The same figures in each; exemplars only in OpenMetrics.
package enum ExpositionFormat: Sendable, CaseIterable {
  /// Prometheus' text format, version 0.0.4.
  case text
  /// OpenMetrics 1.0.
  case openMetrics

  package var contentType: String {
    switch self {
    case .text: "text/plain; version=0.0.4; charset=utf-8"
    case .openMetrics: "application/openmetrics-text; version=1.0.0; charset=utf-8"
    }
  }

  /// OpenMetrics where the client would rather have it, or as much; else text, whatever it takes: a scraper that names
  /// neither can read that.
  /// - Parameter accepted: the elements of `Accept`.
  package init(accepting accepted: some Sequence<Substring>) {
    var (open, text) = (0.0, 0.0)
    for element in accepted {
      let parts = element.split(separator: ";").map { $0.filter { $0 != " " && $0 != "\t" }.lowercased() }
      guard let type = parts.first else { continue }
      let weight = parts.last { $0.hasPrefix("q=") }.map { Double($0.dropFirst(2)) ?? 0 } ?? 1
      switch type {
      case "application/openmetrics-text":
        let version = parts.first { $0.hasPrefix("version=") }?.dropFirst(8)
        if version == nil || version == "1.0.0" || version == "0.0.1" { open = max(open, weight) }
      case "text/plain", "text/*", "*/*": text = max(text, weight)
      default: break
      }
    }
    self = open > 0 && open >= text ? .openMetrics : .text
  }
}
