import Messages

/// `Server-Timing` (W3C): how long each call took, and what was not plainly well.
///
///     me;dur=12, orders;dur=250;desc="timeout", recs;dur=3;desc="cache"
enum ServerTiming {
  static let name = "Server-Timing"

  /// `nil` where no call was made.
  static func value(_ calls: [CallTrace]) -> String? {
    let metrics = calls.lazy.filter { $0.outcome != "skipped" }.map { call in
      let metric = "\(token(call.name));dur=\(call.began.milliseconds(to: call.ended))"
      return (call.isFailure ? call.outcome : call.cacheMark).map { "\(metric);desc=\(quoted($0))" } ?? metric
    }
    return metrics.isEmpty ? nil : metrics.joined(separator: ", ")
  }

  /// A metric's name is a token (RFC 9110 §5.6.2).
  private static func token(_ name: String) -> String {
    HeadSyntax.isToken(name)
      ? name : String(decoding: name.utf8.map { HeadSyntax.isToken($0) ? $0 : UInt8(ascii: "_") }, as: UTF8.self)
  }

  private static func quoted(_ text: String) -> String {
    "\"" + text.replacing("\\", with: #"\\"#).replacing("\"", with: #"\""#) + "\""
  }
}
