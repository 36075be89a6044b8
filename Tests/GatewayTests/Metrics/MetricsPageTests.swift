import Foundation
import Metrics
import Testing

@testable import Gateway

/// What the files for those who watch a gateway say of metrics is what it has.
@Suite struct MetricsPageTests {
  private static let root = URL(filePath: #filePath).appending(path: "../../../..").standardizedFileURL

  private func text(_ path: String) throws -> String {
    try String(contentsOf: Self.root.appending(path: path), encoding: .utf8)
  }

  @Test func thePageHasEachMetric() throws {
    let rows = try text("docs/metrics.md").split(separator: "\n").filter {
      $0.contains(#/^\| `(weft|http|process)_/#)
    }
    let metrics = Metric.all.map { metric in
      let labels = metric.labels.map { "`\($0)`" }.joined(separator: ", ")
      return "| `\(metric.name)` | \(metric.kind.rawValue) | \(labels) | \(metric.help) |"
    }
    #expect(rows.map(String.init) == metrics)
  }

  @Test func thePageHasEachLabel() throws {
    let page = try #require(text("docs/metrics.md").components(separatedBy: "## What the labels say").last)
    let rows = page.split(separator: "\n").filter { $0.hasPrefix("| `") }
    let told = Set(rows.flatMap { $0.split(separator: "|")[0].matches(of: #/`(\w+)`/#).map { String($0.1) } })
    #expect(told == Set(Metric.all.flatMap(\.labels)))
  }

  @Test func namesAreThereOnce() {
    #expect(Set(Metric.all.map(\.name)).count == Metric.all.count)
    for metric in Metric.all { #expect(metric.help.hasSuffix("."), "\(metric.name)") }
  }

  /// Queries of alerts and dashboard name metrics that there are, and labels that these have.
  @Test(arguments: ["docs/alerts.yml", "deploy/grafana/weft.json"])
  func queriesNameWhatThereIs(_ path: String) throws {
    let text = try text(path).replacing("\\\"", with: "\"")
    var known: [String: Metric] = [:]
    for metric in Metric.all {
      known[metric.name] = metric
      if metric.kind == .histogram {
        for suffix in ["_bucket", "_count", "_sum"] { known[metric.name + suffix] = metric }
      }
    }
    var used: Set<String> = []
    for match in text.matches(of: #/\b((?:weft|http_server|process)_\w+)(?:\{([^}]*)\})?/#) {
      let metric = try #require(known[String(match.1)], "\(path) names \(match.1)")
      used.insert(metric.name)
      for label in (match.2 ?? "").matches(of: #/(\w+)(?:=~|!~|!=|=)"/#).map({ String($0.1) }) {
        #expect((metric.labels + ["job", "instance"]).contains(label), "\(metric.name) has no label \(label)")
      }
    }
    #expect(used.count >= 9, "\(path) names \(used)")
    if path.hasSuffix(".json") {
      let unshown: Set = ["process_virtual_memory_bytes", "process_threads", "process_start_time_seconds"]
      #expect(Set(Metric.all.map(\.name)).subtracting(used) == unshown)
    }
  }
}
