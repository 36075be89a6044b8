import Messages

/// A W3C trace context (version 00): the trace a request belongs to and the gateway's own span in it.
package struct TraceContext: Hashable, Sendable {
  package let traceHigh: UInt64
  package let traceLow: UInt64
  /// The gateway's span, the parent of every call it makes.
  package let span: UInt64
  package let flags: UInt8
  /// The span of the trusted proxy that it goes on from; 0: the trace begins here.
  package let parentSpan: UInt64
  /// Spans are made of the request, or may be once its end is known.
  package let isRecorded: Bool

  /// Begins a trace. Without `tracing` it is marked as sampled, so that backends decide as they would without a gateway
  /// before them.
  /// - Parameter isSampled: false leaves it unmarked.
  init(_ sampling: TraceSampling, _ random: inout RandomIDs, isSampled: Bool = true) {
    (traceHigh, traceLow) = (random.next(), random.next())
    span = random.next() | 1
    parentSpan = 0
    flags = isSampled ? sampling.flags(traceLow: traceLow, inbound: nil) : 0
    isRecorded = sampling.records(flags)
  }

  /// Continues the trace of a trusted proxy's `traceparent` with a new span; nil where that isn't one.
  init?(continuing header: String, _ sampling: TraceSampling, _ random: inout RandomIDs) {
    let bytes = Array(header.utf8)
    guard bytes.count >= 55, bytes[2] == 0x2D, bytes[35] == 0x2D, bytes[52] == 0x2D,
      let version = Self.number(bytes[0..<2]), version != 0xFF,
      version == 0 ? bytes.count == 55 : bytes.count == 55 || bytes[55] == 0x2D,
      let high = Self.number(bytes[3..<19]), let low = Self.number(bytes[19..<35]),
      let parent = Self.number(bytes[36..<52]), let flags = Self.number(bytes[53..<55]),
      high | low != 0, parent != 0
    else { return nil }
    (traceHigh, traceLow) = (high, low)
    span = random.next() | 1
    parentSpan = parent
    self.flags = sampling.flags(traceLow: low, inbound: UInt8(truncatingIfNeeded: flags) & 1)
    isRecorded = sampling.records(self.flags)
  }

  package var isSampled: Bool { flags & 1 == 1 }

  /// What the request's calls carry on, each attempt with a span of its own; `nil` where no spans are made.
  package var parent: TraceParent? {
    isRecorded ? TraceParent(traceHigh: traceHigh, traceLow: traceLow, isSampled: isSampled) : nil
  }

  /// Lower-case hexadecimal only, as the recommendation demands.
  private static func number(_ digits: ArraySlice<UInt8>) -> UInt64? {
    var value: UInt64 = 0
    for digit in digits {
      guard !(0x41...0x46).contains(digit), let bits = Hexadecimal.value(of: digit) else { return nil }
      value = value << 4 | UInt64(truncatingIfNeeded: bits)
    }
    return value
  }

  /// The header to send upstream.
  package var traceparent: String {
    var bytes: [UInt8] = []
    write(to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The value of `traceparent`.
  func write(to bytes: inout [UInt8]) {
    bytes += "00-".utf8
    RandomIDs.append(traceHigh, to: &bytes)
    RandomIDs.append(traceLow, to: &bytes)
    bytes.append(UInt8(ascii: "-"))
    RandomIDs.append(span, to: &bytes)
    bytes += "-0".utf8
    bytes.append(UInt8(ascii: "0") + flags)
  }
}
