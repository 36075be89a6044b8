import Front
import Glibc
import Logging
import Observing
import Plans
import Synchronization

/// The process's log: to standard error, so that standard output stays what a command prints. Its one writer and its
/// level live as long as the process.
package enum ProcessLog {
  static let writer = LogWriter(descriptor: STDERR_FILENO)
  /// Among all levels. Any thread.
  fileprivate static let level = Atomic<Int>(0)

  static func logger(level: String) -> Logger {
    set(level: level)
    return Logger(label: "weft") { _ in ProcessLogHandler(lines: LineLogHandler(writer)) }
  }

  /// Sets the level of all loggers, at once.
  static func set(level: String) {
    let named = Logger.Level(rawValue: level) ?? .info
    self.level.store(Logger.Level.allCases.firstIndex(of: named) ?? 0, ordering: .relaxed)
  }

  static func set(_ format: LogPlan.Format) { writer.set(LogFormat(format)) }

  /// Writes out what there is, before the process ends, or anything else is written to standard error. Waits a second
  /// at most: a reader who stalls does not keep the process alive.
  package static func flush() {
    writer.flush()
  }
}

/// Lines at the process's level, which a reload may change. A value.
private struct ProcessLogHandler: LogHandler {
  var lines: LineLogHandler

  var logLevel: Logger.Level {
    get { Logger.Level.allCases[ProcessLog.level.load(ordering: .relaxed)] }
    set { ProcessLog.set(level: newValue.rawValue) }
  }

  var metadata: Logger.Metadata {
    get { lines.metadata }
    set { lines.metadata = newValue }
  }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { lines[metadataKey: key] }
    set { lines[metadataKey: key] = newValue }
  }

  func log(event: LogEvent) { lines.log(event: event) }
}
