import Logging

/// The process's logger: to standard error, so that standard output stays what a command prints.
enum ProcessLog {
  static func logger(level: String) -> Logger {
    var logger = Logger(label: "weft") { StreamLogHandler.standardError(label: $0) }
    logger.logLevel = Logger.Level(rawValue: level) ?? .info
    return logger
  }
}
