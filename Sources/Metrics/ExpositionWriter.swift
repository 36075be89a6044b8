import Timing

/// Writes metrics, one after the other: its header by `begin`, then a line for each series. A value; for one thread.
package struct ExpositionWriter {
  package private(set) var bytes: [UInt8] = []
  private let format: ExpositionFormat
  /// The moment of the scrape, by two clocks: exemplars carry wall time.
  private let now: Instant
  private let wall: WallTime
  private var metric: Metric?
  private var name: [UInt8] = []
  /// `_bucket{`, and behind the labels what ends each bucket's: made once for all histograms.
  private let bucketEnds: [[UInt8]]

  package init(_ format: ExpositionFormat, at now: Instant = .now(), wall: WallTime = .clock()) {
    self.format = format
    self.now = now
    self.wall = wall
    bucketEnds =
      LatencyBounds.milliseconds.map { bound in
        Array("le=\"\(Self.bound(bound, format))\"} ".utf8)
      } + [Array("le=\"+Inf\"} ".utf8)]
    bytes.reserveCapacity(1 << 16)
  }

  /// The next metric. A metric without series has its header alone.
  package mutating func begin(_ metric: Metric) {
    self.metric = metric
    name = Array(metric.name.utf8)
    var family = metric.name
    if format == .openMetrics {
      if metric.kind == .counter { family.removeLast("_total".utf8.count) }
      if metric.kind == .info { family.removeLast("_info".utf8.count) }
    }
    append("# HELP \(family) ")
    LabelText.append(metric.help, escapesQuotes: format == .openMetrics, to: &bytes)
    append("\n# TYPE \(family) \(type(of: metric.kind))\n")
  }

  private func type(of kind: Metric.Kind) -> String {
    kind == .info && format == .text ? Metric.Kind.gauge.rawValue : kind.rawValue
  }

  // MARK: Series

  package mutating func add(_ labels: LabelText, _ value: UInt64) {
    begin(labels)
    append(value)
    bytes.append(Self.lineEnd)
  }

  package mutating func add(_ labels: LabelText, _ value: Int) {
    begin(labels)
    append(String(value))
    bytes.append(Self.lineEnd)
  }

  package mutating func add(_ labels: LabelText, _ value: Double) {
    begin(labels)
    append(Self.text(of: value))
    bytes.append(Self.lineEnd)
  }

  package mutating func add(_ labels: LabelText, _ histogram: Histogram) {
    var sum: UInt64 = 0
    for (index, count) in histogram.buckets.enumerated() {
      sum &+= count
      bytes += name
      bytes += Self.bucket
      bytes += labels.bytes
      if !labels.bytes.isEmpty { bytes.append(UInt8(ascii: ",")) }
      bytes += bucketEnds[index]
      append(sum)
      if format == .openMetrics, !histogram.exemplars.isEmpty, let exemplar = histogram.exemplars[index] {
        append(exemplar)
      }
      bytes.append(Self.lineEnd)
    }
    begin(labels, suffix: Self.count)
    append(sum)
    bytes.append(Self.lineEnd)
    begin(labels, suffix: Self.sum)
    appendSeconds(histogram.sum)
    bytes.append(Self.lineEnd)
  }

  /// Ends the text.
  package mutating func end() {
    if format == .openMetrics { append("# EOF\n") }
  }

  // MARK: Parts of lines

  private static let lineEnd = UInt8(ascii: "\n")
  private static let bucket = Array("_bucket{".utf8)
  private static let count = Array("_count".utf8)
  private static let sum = Array("_sum".utf8)

  private mutating func begin(_ labels: LabelText, suffix: [UInt8] = []) {
    bytes += name
    bytes += suffix
    if !labels.bytes.isEmpty {
      bytes.append(UInt8(ascii: "{"))
      bytes += labels.bytes
      bytes.append(UInt8(ascii: "}"))
    }
    bytes.append(UInt8(ascii: " "))
  }

  private mutating func append(_ exemplar: Exemplar) {
    append(" # {trace_id=\"")
    appendHex(exemplar.traceHigh)
    appendHex(exemplar.traceLow)
    append("\"} ")
    appendSeconds(UInt64(max(0, exemplar.nanoseconds)))
    append(" ")
    let age = max(0, exemplar.at.duration(to: now).nanoseconds) / 1_000_000
    let time = UInt64(max(0, wall.milliseconds - age))
    append(time / 1000)
    append(".")
    appendPadded(time % 1000, 3)
  }

  private mutating func append(_ text: String) { bytes += text.utf8 }

  private mutating func append(_ number: UInt64) {
    if number < 10 { return bytes.append(UInt8(ascii: "0") + UInt8(number)) }
    let first = bytes.count
    var rest = number
    while rest > 0 {
      bytes.append(UInt8(ascii: "0") + UInt8(rest % 10))
      rest /= 10
    }
    bytes[first...].reverse()
  }

  private mutating func appendPadded(_ number: UInt64, _ width: Int) {
    let first = bytes.count
    var rest = number
    for _ in 0..<width {
      bytes.append(UInt8(ascii: "0") + UInt8(rest % 10))
      rest /= 10
    }
    bytes[first...].reverse()
  }

  private mutating func appendSeconds(_ nanoseconds: UInt64) {
    append(nanoseconds / 1_000_000_000)
    append(".")
    appendPadded(nanoseconds % 1_000_000_000, 9)
  }

  private mutating func appendHex(_ number: UInt64) {
    for shift in stride(from: 60, through: 0, by: -4) {
      let digit = UInt8(truncatingIfNeeded: number >> UInt64(shift)) & 15
      bytes.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
    }
  }

  private static func text(of value: Double) -> String {
    if value.isNaN { return "NaN" }
    if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
    return "\(value)"
  }

  /// As client libraries write them in each format, so that a series has one name whoever scrapes it.
  private static func bound(_ milliseconds: Int64, _ format: ExpositionFormat) -> String {
    let seconds = "\(Double(milliseconds) / 1000)"
    return format == .text && seconds.hasSuffix(".0") ? String(seconds.dropLast(2)) : seconds
  }
}
