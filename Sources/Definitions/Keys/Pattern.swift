import Plans

/// Regular expressions of the forms that scalars and names have.
enum Pattern {
  private static let identifier = "[A-Za-z][A-Za-z0-9_]{0,63}"
  private static let methods = RequestLine.methods.joined(separator: "|")
  /// A literal segment of a route's path: no dot segment, and nothing that a path can't hold.
  private static let literal = #"(?!\.\.?(?:/|$))[^:*/?#\\{}\s][^/?#\\{}\s]*"#

  static let method = "^[A-Z]+$"
  static let name = "^[A-Za-z][A-Za-z0-9_-]{0,63}$"
  static let callName =
    "^(?!(?:\(ScopeName.allCases.map(\.rawValue).joined(separator: "|")))$)\(identifier)$"
  static let headerName = "^[!#$%&'*+.^_`|~0-9A-Za-z-]+$"
  private static let host = "[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?$"
  static let hostName = "^\(host)"
  static let hosts = #"^(?:\*\.)?"# + host
  static let route =
    "^(?:ANY|(?:\(methods))(?:\\|(?:\(methods)))*) +(?=/)(?:/(?::\(identifier)|\(literal))?)*(?:/\\*\(identifier))?$"
  static let prefix = "^(?:/(?::\(identifier)|\(literal)))+$"
  /// A path that is the same for every request.
  static let path = "^/"
  static let request = #"^\s*(?:\#(methods))\s+[^\s/$][^\s$]*\s+/"#
  static let compensation = #"^\s*(?!GET|HEAD|OPTIONS)(?:\#(methods))\s+[^\s/$][^\s$]*\s+/"#
  static let idempotencyKey = #"^none$|\$\{"#
  static let proxy = #"^\s*(?!(?:\#(methods))\s)[^\s/$][^\s$]*\s+/"#
  static let redirect = #"^(?:/|https?://[^\s/?#@$])"#
  static let url = #"^(?:[Hh][Tt][Tt][Pp][Ss]?://[^\s/?#@]+(?:/[^?#]*)?|unix:/.+)$"#
  static let documentURL = #"^[Hh][Tt][Tt][Pp][Ss]?://[^\s/?#@]+(?:/[^?#]*)?(?:\?[^#]*)?$"#
  static let redisURL = "^[A-Za-z+]+://"
  static let redisAddress = #"^[^/\s]+$"#
  static let listenAddress = #"^(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9_.-]+):[0-9]{1,5}$"#
  static let listenSocket = "^unix:/."
  static let fileName = #"^[^./\\][^/\\]*$"#
  static let fileMode = "^0?[0-7]{3}$"
  static let addressBlock = "^[0-9A-Fa-f:.]+(?:/[0-9]{1,3})?$"
  static let balanceByHash = #"^hash\([\s\S]+\)$"#
  static let retryCause = "^(?:connect|timeout|[45][0-9][0-9])$"
  static let rate = "^[0-9]+/(?:day|month|[smh]|[0-9]+(?:ms|s|m|h|d))$"
  static let duration = "^[0-9]+(?:ms|s|m|h|d)$"
  static let bytes = "^[0-9]+(?:B|KiB|MiB|GiB)$"
  static let scope = #"^[!#-\[\]-~]+$"#
  static let percent = "^0*(?:[0-9]{1,2}|100)%$"
  static let status = "^(?:[1-5]xx|[1-5][0-9][0-9](?:-[1-5][0-9][0-9])?)$"
  static let answerStatus = "^[2-5][0-9][0-9]$"
  static let origin = #"^(?:null|\*|[A-Za-z][A-Za-z0-9+.-]*://(?:\*\.)?[^\s/?#@*]+)$"#
  static let mediaType = #"^[A-Za-z0-9!#$&^_.+*-]+/[A-Za-z0-9!#$&^_.+*-]+$"#
  /// Exactly one template.
  static let expression = #"^\$\{[\s\S]*\}$"#
  /// A template somewhere.
  static let template = #"\$\{"#
}
