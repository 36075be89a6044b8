import Foundation

/// What `/metrics` said once: series with their labels as they are written. A value.
struct Scrape {
  let text: String
  private let series: [Substring: Double]

  init(_ text: String) {
    self.text = text
    var series: [Substring: Double] = [:]
    for line in text.split(separator: "\n") where !line.hasPrefix("#") {
      let sample = line.range(of: " # ").map { line[..<$0.lowerBound] } ?? line
      guard let blank = sample.lastIndex(of: " ") else { continue }
      series[sample[..<blank]] = Double(sample[sample.index(after: blank)...])
    }
    self.series = series
  }

  /// `nil` where there is no such series.
  subscript(name: String) -> Double? { series[name[...]] }

  /// All series of a metric, as they are written.
  func series(of metric: String) -> [String] {
    series.keys.filter { $0 == metric || $0.hasPrefix(metric + "{") }.map(String.init).sorted()
  }
}

extension GatewayProcess {
  func scrape(headers: [String] = []) throws -> Scrape {
    Scrape(try RawClient.exchange(port: adminPort, "GET /metrics", headers: headers).text)
  }

  /// Waits until the series have these values: a request counts once its answer has been written, which its client may
  /// have read before. What they have at last, where they never do.
  func counts(_ wanted: [String: Double?]) throws -> [String: Double?] {
    var found: [String: Double?] = [:]
    let deadline = Patience.deadline
    repeat {
      let scrape = try scrape()
      found = Dictionary(uniqueKeysWithValues: wanted.keys.map { ($0, scrape[$0]) })
      if found == wanted { return found }
      usleep(10_000)
    } while deadline.timeIntervalSinceNow > 0
    return found
  }
}
