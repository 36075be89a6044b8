/// The trace that a request's calls belong to, where spans are made of it: each attempt names a span of its own to its
/// backend (W3C Trace Context, version 00). A value; equal for all that one request sends.
package struct TraceParent: Hashable, Sendable {
  package let traceHigh: UInt64
  package let traceLow: UInt64
  package let isSampled: Bool

  package init(traceHigh: UInt64, traceLow: UInt64, isSampled: Bool) {
    self.traceHigh = traceHigh
    self.traceLow = traceLow
    self.isSampled = isSampled
  }

  /// The line that names `span` as the parent of what the backend does.
  package func field(span: UInt64) -> HeaderField {
    var text: [UInt8] = []
    text.reserveCapacity(55)
    text += "00-".utf8
    for word in [traceHigh, traceLow] { Hexadecimal.append(word, to: &text) }
    text.append(UInt8(ascii: "-"))
    Hexadecimal.append(span, to: &text)
    text += (isSampled ? "-01" : "-00").utf8
    return HeaderField("traceparent", String(decoding: text, as: UTF8.self))
  }
}

extension Hexadecimal {
  /// Sixteen digits, the highest first.
  package static func append(_ word: UInt64, to text: inout [UInt8]) {
    withUnsafeBytes(of: word.bigEndian) { append($0, to: &text) }
  }
}
