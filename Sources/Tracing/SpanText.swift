import Glibc
import JSONText
import Messages
import Timing

/// Spans in the JSON encoding of OTLP (OpenTelemetry Protocol 1.x, "JSON Protobuf Encoding"): ids in hexadecimal, 64-bit
/// integers as strings, enumerations as numbers. No state.
package enum SpanText {
  /// The longest text of one request's spans, in bytes. Calls and their attempts are bounded, so that only very many or
  /// very long names reach it.
  package static let longest = 1 << 20

  /// The spans of one request, with commas between them, as they stand in `spans`.
  /// - Parameter clock: what makes wall time of instants.
  /// - Returns: nothing where they are longer than `longest`.
  package static func write(
    _ spans: [Span], _ trace: TraceParent, state: String?, by clock: SpanClock
  ) -> [UInt8]? {
    var writer = JSONWriter(capacity: 512 * spans.count, maxBytes: longest)
    let traceID = hex(trace.traceHigh, trace.traceLow)
    for span in spans { write(span, traceID, trace.isSampled, state, clock, into: &writer) }
    return writer.overflowed ? nil : writer.bytes
  }

  /// The request's body around spans that were written.
  package static func envelope(_ spans: [UInt8], of resource: [(name: String, value: String)]) -> [UInt8] {
    var writer = JSONWriter(capacity: spans.count + 1024)
    writer.writeRaw(#"{"resourceSpans":[{"resource":{"attributes":["#)
    for (name, value) in resource {
      writer.beginObject()
      writer.write(name: "key")
      writer.write(name)
      writer.write(name: "value")
      write(text: value, into: &writer)
      writer.endObject()
    }
    writer.writeRaw(#"]},"scopeSpans":[{"scope":{"name":"weft"},"spans":["#)
    writer.writeRaw(spans)
    writer.writeRaw("]}]}]}")
    return writer.bytes
  }

  private static func write(
    _ span: Span, _ trace: String, _ isSampled: Bool, _ state: String?, _ clock: SpanClock,
    into writer: inout JSONWriter
  ) {
    writer.beginObject()
    writer.write(name: "traceId")
    writer.write(trace)
    writer.write(name: "spanId")
    writer.write(hex(span.id))
    if span.parent != 0 {
      writer.write(name: "parentSpanId")
      writer.write(hex(span.parent))
    }
    if let state {
      writer.write(name: "traceState")
      writer.write(state)
    }
    writer.write(name: "flags")
    writer.write((isSampled ? 1 : 0) | 0x100 | (span.isParentRemote ? 0x200 : 0))
    writer.write(name: "name")
    write(bounded: span.name, into: &writer)
    writer.write(name: "kind")
    writer.write(span.kind.rawValue)
    write("startTimeUnixNano", clock.unixNanoseconds(span.began), into: &writer)
    write("endTimeUnixNano", clock.unixNanoseconds(span.ended), into: &writer)
    var attributes = span.attributes
    if let failure = span.failure { attributes.append(Attribute("error.type", .text(failure))) }
    write(attributes, into: &writer)
    if !span.events.isEmpty {
      writer.write(name: "events")
      writer.beginArray()
      for event in span.events {
        writer.beginObject()
        write("timeUnixNano", clock.unixNanoseconds(event.at), into: &writer)
        writer.write(name: "name")
        writer.write(event.name)
        if !event.attributes.isEmpty { write(event.attributes, into: &writer) }
        writer.endObject()
      }
      writer.endArray()
    }
    if span.failure != nil {
      writer.write(name: "status")
      // STATUS_CODE_ERROR
      writer.writeRaw(#"{"code":2}"#)
    }
    writer.endObject()
  }

  private static func write(_ name: String, _ nanoseconds: Int64, into writer: inout JSONWriter) {
    writer.write(name: name)
    writer.write("\(nanoseconds)")
  }

  private static func write(_ attributes: [Attribute], into writer: inout JSONWriter) {
    writer.write(name: "attributes")
    writer.beginArray()
    for attribute in attributes {
      writer.beginObject()
      writer.write(name: "key")
      writer.write("\(attribute.name)")
      writer.write(name: "value")
      switch attribute.value {
      case .text(let text): write(text: text, into: &writer)
      case .number(let number):
        writer.beginObject()
        writer.write(name: "intValue")
        writer.write("\(number)")
        writer.endObject()
      case .truth(let truth):
        writer.beginObject()
        writer.write(name: "boolValue")
        writer.write(truth)
        writer.endObject()
      }
      writer.endObject()
    }
    writer.endArray()
  }

  private static func write(text: String, into writer: inout JSONWriter) {
    writer.beginObject()
    writer.write(name: "stringValue")
    write(bounded: text, into: &writer)
    writer.endObject()
  }

  private static func write(bounded text: String, into writer: inout JSONWriter) {
    guard text.utf8.count > Span.longestText else { return writer.write(text) }
    var end = text.utf8.index(text.utf8.startIndex, offsetBy: Span.longestText)
    // Not within a character.
    while end.samePosition(in: text.unicodeScalars) == nil { end = text.utf8.index(before: end) }
    writer.write(String(text[..<end]))
  }

  private static func hex(_ words: UInt64...) -> String {
    var text: [UInt8] = []
    for word in words { Hexadecimal.append(word, to: &text) }
    return String(decoding: text, as: UTF8.self)
  }
}

/// What makes wall time of instants, for the spans of one request: read when it has ended, so that they stand in the order in
/// which things happened, and beside those of other machines. A value.
package struct SpanClock: Sendable {
  /// Nanoseconds since 1970 at `Instant(nanoseconds: 0)`.
  private let origin: Int64

  /// - Parameter origin: nanoseconds since 1970 at the instant 0.
  package init(origin: Int64) {
    self.origin = origin
  }

  package static func now() -> SpanClock {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    let wall = Int64(clamping: time.tv_sec) &* 1_000_000_000 &+ Int64(clamping: time.tv_nsec)
    return SpanClock(origin: wall &- Instant.now().nanoseconds)
  }

  func unixNanoseconds(_ instant: Instant) -> Int64 { origin &+ instant.nanoseconds }
}
