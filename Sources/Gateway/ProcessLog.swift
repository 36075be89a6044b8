import Glibc
import Logging
import Observing

/// The process's log: to standard error, so that standard output stays what a command prints. Its one writer lives as
/// long as the process.
package enum ProcessLog {
  static let writer = LogWriter(descriptor: STDERR_FILENO)

  static func logger(level: String) -> Logger {
    var logger = Logger(label: "weft") { _ in LineLogHandler(writer) }
    logger.logLevel = Logger.Level(rawValue: level) ?? .info
    return logger
  }

  /// Before the process ends, or anything else is written to standard error. Waits a second at most: a reader who
  /// stalls does not keep the process alive.
  package static func flush() {
    writer.flush()
  }
}
