/// What `log` says.
struct LogSettings {
  enum Level: String, CaseIterable {
    case trace, debug, info, notice, warning, error, critical
  }

  var level = Level.info
  var access = false
}
