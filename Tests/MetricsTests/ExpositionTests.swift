import TestInputs
import Testing
import Timing

@testable import Metrics

@Suite struct ExpositionTests {
  private static let requests = Metric("a_requests_total", .counter, ["route"], "Requests \"of\" a\\b.\nMore.")
  private static let times = Metric("a_seconds", .histogram, ["route"], "Times.")
  private static let level = Metric("a_level", .gauge, [], "Level.")
  private static let build = Metric("a_build_info", .info, ["fingerprint"], "Build.")

  private func write(_ format: ExpositionFormat) -> [String] {
    var writer = ExpositionWriter(format, at: Instant(nanoseconds: 9_000_000_000), wall: WallTime(milliseconds: 60_005))
    writer.begin(Self.requests)
    writer.add(["route": "GET /a"], UInt64(1_234_567_890_123))
    writer.add(["route": ""], UInt64(0))
    writer.begin(Self.times)
    var times = Histogram()
    let end = Instant(nanoseconds: 8_000_000_000)
    times.add(7_000_000, Exemplar(traceHigh: 0xAB, traceLow: 1, nanoseconds: 7_000_000, at: end))
    times.add(12_000_000_000)
    writer.add(["route": "GET /a"], times)
    writer.begin(Self.level)
    writer.add([:], -3)
    writer.begin(Self.build)
    writer.add(["fingerprint": "c0ffee"], 1)
    writer.end()
    let text = String(decoding: writer.bytes, as: UTF8.self)
    #expect(text.hasSuffix("\n"))
    return text.split(separator: "\n").map(String.init)
  }

  @Test func textIsWhatPrometheusReads() {
    let lines = write(.text)
    #expect(
      lines.prefix(4) == [
        #"# HELP a_requests_total Requests "of" a\\b.\nMore."#, "# TYPE a_requests_total counter",
        #"a_requests_total{route="GET /a"} 1234567890123"#, #"a_requests_total{route=""} 0"#,
      ])
    #expect(lines[4...5] == ["# HELP a_seconds Times.", "# TYPE a_seconds histogram"])
    #expect(lines[6] == #"a_seconds_bucket{route="GET /a",le="0.005"} 0"#)
    #expect(lines[7] == #"a_seconds_bucket{route="GET /a",le="0.01"} 1"#)
    #expect(lines[15] == #"a_seconds_bucket{route="GET /a",le="1"} 1"#)
    #expect(lines[20] == #"a_seconds_bucket{route="GET /a",le="10"} 1"#)
    #expect(lines[21] == #"a_seconds_bucket{route="GET /a",le="+Inf"} 2"#)
    #expect(lines[22] == #"a_seconds_count{route="GET /a"} 2"#)
    #expect(lines[23] == #"a_seconds_sum{route="GET /a"} 12.007000000"#)
    #expect(lines[24...26] == ["# HELP a_level Level.", "# TYPE a_level gauge", "a_level -3"])
    #expect(lines[28...] == ["# TYPE a_build_info gauge", #"a_build_info{fingerprint="c0ffee"} 1"#])
  }

  /// OpenMetrics 1.0: families without the suffix, bounds as floats, exemplars, an end.
  @Test func openMetricsHasExemplarsAndAnEnd() {
    let lines = write(.openMetrics)
    #expect(lines[0] == #"# HELP a_requests Requests \"of\" a\\b.\nMore."#)
    #expect(lines[1] == "# TYPE a_requests counter")
    #expect(lines[2].hasPrefix("a_requests_total{"))
    let exemplar = ##" # {trace_id="00000000000000ab0000000000000001"} 0.007000000 59.005"##
    #expect(lines[7] == #"a_seconds_bucket{route="GET /a",le="0.01"} 1"# + exemplar)
    #expect(lines[15] == #"a_seconds_bucket{route="GET /a",le="1.0"} 1"#)
    #expect(lines[28...] == ["# TYPE a_build info", #"a_build_info{fingerprint="c0ffee"} 1"#, "# EOF"])
  }

  /// Whatever a definition's names are: a value ends where it should, a line too, and what is read is what was written.
  @Test func noTextEndsItsLabel() {
    var dice = Dice(seed: 7)
    let pieces = ["\"", "\\", "\n", "\r", "}", "{", ",", "=", "é", "\u{0}", "\u{2028}", "n", "a\u{301}", "🙂", " "]
    for _ in 0..<2000 {
      let text = (0..<dice.roll(12)).map { _ in pieces[dice.roll(pieces.count)] }.joined()
      let written = String(decoding: (["v": text, "w": "end"] as LabelText).bytes, as: UTF8.self)
      #expect(!written.utf8.contains(UInt8(ascii: "\n")))
      #expect(read(written) == [["v", text], ["w", "end"]].map { $0.map { Array($0.utf8) } }, "\(text)")
    }
  }

  /// As a scraper reads labels.
  private func read(_ text: String) -> [[[UInt8]]] {
    var labels: [[[UInt8]]] = []
    var rest = Array(text.utf8)[...]
    while let equals = rest.firstIndex(of: UInt8(ascii: "=")) {
      let name = Array(rest[..<equals])
      rest = rest[(equals + 2)...]
      var value: [UInt8] = []
      while let byte = rest.popFirst(), byte != UInt8(ascii: "\"") {
        guard byte == UInt8(ascii: "\\") else {
          value.append(byte)
          continue
        }
        let escaped = rest.popFirst()
        value.append(escaped == UInt8(ascii: "n") ? UInt8(ascii: "\n") : escaped ?? 0)
      }
      labels.append([name, value])
      if rest.first == UInt8(ascii: ",") { rest = rest.dropFirst() }
    }
    return labels
  }

  @Test(arguments: [
    ([], ExpositionFormat.text), (["*/*"], .text), (["text/plain"], .text), (["application/json"], .text),
    (["application/openmetrics-text"], .openMetrics),
    (
      [
        "application/openmetrics-text;version=1.0.0", "application/openmetrics-text;version=0.0.1;q=0.75",
        "text/plain;version=0.0.4;q=0.5", "*/*;q=0.1",
      ], .openMetrics
    ),
    (["application/openmetrics-text; version=1.0.0; q=0.2", "text/plain; q=0.9"], .text),
    (["application/openmetrics-text;version=1.0.0;q=0", "*/*;q=0.1"], .text),
    (["application/openmetrics-text;version=2.0.0"], .text),
    (["APPLICATION/OpenMetrics-Text;Version=1.0.0"], .openMetrics), ([";;q=x", "text/plain;q=nonsense"], .text),
  ])
  func theFormatIsWhatTheScraperWants(_ accept: [String], _ format: ExpositionFormat) {
    #expect(ExpositionFormat(accepting: accept.map { Substring($0) }) == format)
  }
}
