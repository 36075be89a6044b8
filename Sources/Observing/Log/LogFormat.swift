/// How lines of the log are written.
package enum LogFormat: Sendable {
  /// `key=value` behind time, level and message.
  case text
  /// An object a line, with the members `time`, `level` and `msg` first.
  case json
}
