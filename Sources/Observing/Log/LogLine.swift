import Glibc
import Logging
import Timing

/// Builds one line of the log: time, level, message, then fields. A value that is used over and over, so that a line costs
/// no allocation.
///
///     2026-11-21T09:08:07.123Z info request method=GET status=200 path="/a b"
///     {"time":"2026-11-21T09:08:07.123Z","level":"info","msg":"request","method":"GET","status":200,"path":"/a b"}
///
/// In text, a value of visible ASCII stands bare; any other is quoted and escaped as in JSON, so that no value can end its
/// line or look like another field.
package struct LogLine {
  /// What a pipe takes whole (`PIPE_BUF`). Longer lines are cut: of text, with `…` at their end; of JSON, fields that have no
  /// room are left out, and `cut` says so.
  package static let maxBytes = 4096
  /// Of one value in JSON, in bytes; a longer one ends in `…`.
  private static let maxValue = 1024
  static let end = UInt8(ascii: "\n")
  private static let cut = Array("…\n".utf8)
  private static let cutMember = Array(#","cut":true}"#.utf8)

  package let format: LogFormat
  private var bytes: [UInt8] = []
  private var second = -1
  /// Of `second`, up to the point before the milliseconds.
  private var clock: [UInt8] = []
  /// Of JSON: a field had no room.
  private var isCut = false

  package init(_ format: LogFormat = .text) {
    self.format = format
  }

  /// Drops what the line held. `message` is the same for every line of its kind.
  package mutating func begin(level: String, _ message: String) {
    bytes.removeAll(keepingCapacity: true)
    isCut = false
    switch format {
    case .text:
      writeTime()
      bytes.append(UInt8(ascii: " "))
      bytes += level.utf8
      bytes.append(UInt8(ascii: " "))
      for byte in message.utf8.prefix(Self.maxBytes) {
        bytes.append(byte < 0x20 || byte == 0x7F ? UInt8(ascii: " ") : byte)
      }
    case .json:
      bytes += #"{"time":""#.utf8
      writeTime()
      bytes.append(UInt8(ascii: "\""))
      field("level", level)
      field("msg", message)
    }
  }

  private mutating func writeTime() {
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    if now.tv_sec != second {
      second = now.tv_sec
      clock = Array(Timestamp.text(seconds: second, milliseconds: 0).utf8.dropLast(4))
    }
    bytes += clock
    let milliseconds = now.tv_nsec / 1_000_000
    for divisor in [100, 10, 1] { bytes.append(UInt8(ascii: "0") + UInt8(milliseconds / divisor % 10)) }
    bytes.append(UInt8(ascii: "Z"))
  }

  package mutating func field(_ key: String, _ value: Int) {
    write(key) { $0.bytes += String(value).utf8 }
  }

  /// `true` is all that it says.
  package mutating func field(_ key: String) {
    write(key) { $0.bytes += "true".utf8 }
  }

  package mutating func field(_ key: String, _ value: String) {
    let value = value.utf8
    write(key) { line in
      switch line.format {
      case .text:
        let value = value.prefix(Self.maxBytes)
        if !value.isEmpty && value.allSatisfy(Self.isBare) { line.bytes += value } else { line.quote(value) }
      case .json: line.quote(value.count > Self.maxValue ? Self.shortened(value) : Array(value))
      }
    }
  }

  /// Of JSON only: each of `elements` is JSON text. Those that have no room are left out.
  package mutating func field(_ key: String, list elements: [String]) {
    write(key) { line in
      line.bytes.append(UInt8(ascii: "["))
      for (index, element) in elements.enumerated() {
        guard line.bytes.count + element.utf8.count + 2 < Self.maxBytes - Self.cutMember.count else {
          line.isCut = true
          break
        }
        if index > 0 { line.bytes.append(UInt8(ascii: ",")) }
        line.bytes += element.utf8
      }
      line.bytes.append(UInt8(ascii: "]"))
    }
  }

  private static func shortened(_ value: String.UTF8View) -> [UInt8] {
    var start = Array(value.prefix(maxValue))
    // Not within a character.
    while let last = start.last, last & 0xC0 == 0x80 { start.removeLast() }
    if let last = start.last, last >= 0xC0 { start.removeLast() }
    return start + "…".utf8
  }

  /// The line with its line feed. Bytes of `maxBytes` at most.
  package mutating func ended() -> [UInt8] {
    if format == .json {
      bytes += isCut ? Self.cutMember : [UInt8(ascii: "}")]
      bytes.append(Self.end)
    } else if bytes.count < Self.maxBytes {
      bytes.append(Self.end)
    } else {
      var length = Self.maxBytes - Self.cut.count
      // Not within a character.
      while bytes[length] & 0xC0 == 0x80 { length -= 1 }
      bytes.removeLast(bytes.count - length)
      bytes += Self.cut
    }
    return bytes
  }

  private mutating func write(_ key: String, _ value: (inout LogLine) -> Void) {
    switch format {
    case .text:
      bytes.append(UInt8(ascii: " "))
      bytes += key.utf8
      bytes.append(UInt8(ascii: "="))
      value(&self)
    case .json:
      let start = bytes.count
      bytes.append(UInt8(ascii: ","))
      quote(key.utf8)
      bytes.append(UInt8(ascii: ":"))
      value(&self)
      guard bytes.count >= Self.maxBytes - Self.cutMember.count else { return }
      bytes.removeLast(bytes.count - start)
      isCut = true
    }
  }

  private static func isBare(_ byte: UInt8) -> Bool {
    byte > 0x20 && byte < 0x7F && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\") && byte != UInt8(ascii: "=")
  }

  private mutating func quote(_ value: some Sequence<UInt8>) {
    bytes.append(UInt8(ascii: "\""))
    var last: UInt8 = 0
    for byte in value {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
      case 0..<0x20, 0x7F: escape(byte)
      case 0x80..<0xA0 where last == 0xC2:
        // The controls of ISO 8859-1, which terminals obey, too.
        bytes.removeLast()
        escape(byte)
      default: bytes.append(byte)
      }
      last = byte
    }
    bytes.append(UInt8(ascii: "\""))
  }

  private mutating func escape(_ byte: UInt8) {
    let digits = String(byte, radix: 16)
    bytes += "\\u00".utf8
    if digits.utf8.count == 1 { bytes.append(UInt8(ascii: "0")) }
    bytes += digits.utf8
  }
}

/// Writes the messages of a `Logger` as lines. A value; its writer is shared.
package struct LineLogHandler: LogHandler {
  package var logLevel = Logger.Level.info
  package var metadata: Logger.Metadata = [:]
  private let writer: LogWriter

  package init(_ writer: LogWriter) {
    self.writer = writer
  }

  package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  package func log(event: LogEvent) {
    var line = LogLine(writer.format)
    line.begin(level: event.level.rawValue, event.message.description)
    let all = event.metadata.map { metadata.merging($0) { _, new in new } } ?? metadata
    for (key, value) in all.sorted(by: { $0.key < $1.key }) { line.field(key, "\(value)") }
    if let error = event.error { line.field("error", "\(error)") }
    writer.append(line.ended(), isError: event.level >= .error)
  }
}
