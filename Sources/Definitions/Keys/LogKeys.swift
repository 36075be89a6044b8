import Plans

/// Logging.
struct LogKeys: KeySet {
  static let title = "Log"
  static let noun = "`log`"
  static let introduction = "Secrets are never logged."

  let level = Key<LogSettings.Level>(
    "level", .choice(), default: ProcessPlan().logLevel, "The least severe that is logged.", example: "debug")
  let access = Key<Bool>("access", .boolean(), default: "false", "One line per request.", example: "true")
}

/// What `log` says.
struct LogSettings {
  enum Level: String, CaseIterable {
    case trace, debug, info, notice, warning, error, critical
  }

  var level = Level.info
  var access = false
}
