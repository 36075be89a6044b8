import Plans

/// Logging.
struct LogKeys: KeySet {
  static let title = "Log"
  static let noun = "`log`"
  static let introduction = "Secrets are never logged. See [The log](log.md)."

  let level = Key<LogSettings.Level>(
    "level", .choice(), default: ProcessPlan().logLevel, "The least severe that is logged.", example: "debug")
  let access = Key<Bool>("access", .boolean(), default: "false", "One line per request.", example: "true")
  let format = Key<LogPlan.Format>(
    "format", .choice(), default: LogPlan().format.rawValue, "Of all lines: text, or a JSON object each.",
    example: "json")
  let sample = Key<Double>(
    "sample", .percent(), default: "100%", "The share of requests that have a line, chosen by their ids.",
    example: "10%")
  let slow = Key<Duration>(
    "slow", .duration(.zero...(.seconds(3600))), default: "none",
    "Requests that took as long have a line whatever `sample` says, which tells where their time went.",
    example: "500ms")
  let file = Key<String>(
    "file", .text("path"), default: "standard error",
    "Where lines of requests go; other lines stay on standard error. SIGUSR1 opens it anew.",
    example: "/var/log/weft/access.log")
  let redact = Key<Redaction>(
    "redact", .table(RedactKeys.self, RedactKeys.decode), default: "none",
    "What of requests is told nowhere, beside credentials.", example: "{ query: [token], headers: [x-session] }")
  let fields = Key<[YAMLNode.Pair]>(
    "fields", .entries("field name", .template, pattern: Pattern.name), default: "none",
    "Fields of one's own in lines of requests, \(LogFields.most) at most.",
    example: "{ tenant: \"${claims.tenant}\" }")
}

/// What of requests is told nowhere.
struct RedactKeys: KeySet {
  static let title = "Redact"
  static let noun = "`redact`"
  static let introduction =
    "What of requests is told neither in the log, nor where requests are shown. `Authorization`, `Proxy-Authorization` and "
    + "cookies never are."

  let query = Key<[String]>(
    "query", .list(of: .text("name of a parameter")), default: "none", "Names of query parameters.",
    example: "[token, signature]")
  let headers = Key<[String]>(
    "headers", .list(of: .headerName()), default: "none", "Names of headers.", example: "[x-session]")

  static func decode(_ reader: MappingReader<RedactKeys>) -> Redaction {
    var redaction = Redaction()
    redaction.query = reader[\.query] ?? []
    redaction.headers = reader[\.headers] ?? []
    return redaction
  }
}

/// What `log` says.
struct LogSettings {
  enum Level: String, CaseIterable {
    case trace, debug, info, notice, warning, error, critical
  }

  var level = Level.info
  var access = false
  var lines = LogPlan()
}
