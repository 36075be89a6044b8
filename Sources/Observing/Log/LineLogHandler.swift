import Logging

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
    var line = LogLine()
    line.begin(level: event.level.rawValue, event.message.description)
    let all = event.metadata.map { metadata.merging($0) { _, new in new } } ?? metadata
    for (key, value) in all.sorted(by: { $0.key < $1.key }) { line.field(key, "\(value)") }
    if let error = event.error { line.field("error", "\(error)") }
    writer.append(line.ended())
  }
}
