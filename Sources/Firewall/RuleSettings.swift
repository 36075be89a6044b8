/// What requests are inspected by, as a definition says it. A value.
package struct RuleSettings: Hashable, Sendable {
  package enum Source: Hashable, Sendable {
    /// The OWASP core rule set.
    case core
    /// The path of a file.
    case file(String)
  }

  /// In the order in which they are read.
  package var sources: [Source]
  /// Of the core rules: 1 is for everybody, 4 refuses much of what is meant well.
  package var paranoia = Self.levels.lowerBound
  /// Rules that do not count.
  package var exclude: [Int] = []

  package static let levels = 1...4

  package init(_ sources: [Source]) {
    self.sources = sources
  }
}

extension RuleSettings {
  /// In bytes; the time that some rules of the core set take grows with the square of a value's length, and no limit of
  /// libmodsecurity bounds it: 0.6 s for the worst of this length, half an hour for one of 1 MiB.
  package static let longestValue = 16 * 1024
  /// Values of query and body together: each is looked at by some hundred rules.
  package static let mostValues = 1000

  /// Read before all rules; of a setting that files have, too, the first counts. What is done is the gateway's decision, the
  /// size of bodies its own bound, and what is told goes into its log alone. Bodies are understood by what their type says,
  /// and what can't be looked through is refused before anything looks at it.
  static let before = """
    SecRuleEngine On
    SecRequestBodyAccess On
    SecResponseBodyAccess Off
    SecRequestBodyLimit 1073741824
    SecAuditEngine Off
    SecDebugLogLevel 0
    SecRequestBodyJsonDepthLimit 512
    SecArgumentsLimit \(mostValues)
    SecPcreMatchLimit 10000
    SecPcreMatchLimitRecursion 10000
    SecRule REQUEST_HEADERS:Content-Type "@rx ^(?:application(?:/soap\\+|/)|text/)xml" \
      "id:90001,phase:1,t:none,t:lowercase,pass,nolog,ctl:requestBodyProcessor=XML"
    SecRule REQUEST_HEADERS:Content-Type "@rx ^application/(?:[a-z0-9.-]+\\+)?json" \
      "id:90002,phase:1,t:none,t:lowercase,pass,nolog,ctl:requestBodyProcessor=JSON"
    SecRule REQBODY_ERROR "!@eq 0" \
      "id:90003,phase:2,t:none,log,deny,status:400,severity:2,msg:'The body is not what its type says'"
    SecRule MULTIPART_STRICT_ERROR "!@eq 0" \
      "id:90004,phase:2,t:none,log,deny,status:400,severity:2,msg:'The multipart body can be read in several ways'"
    SecRule &ARGS "@ge \(mostValues)" \
      "id:90005,phase:2,t:none,log,deny,severity:2,msg:'\(mostValues) values or more'"
    SecRule ARGS|ARGS_NAMES|XML:/* "@gt \(longestValue)" \
      "id:90006,phase:2,t:none,t:length,log,deny,severity:2,msg:'A value is longer than \(longestValue) bytes'"

    """

  /// Read before the core rules' own setup, which so has the last word: a route's methods are the gateway's affair.
  static let beforeCore = """
    SecAction "id:90007,phase:1,t:none,nolog,pass,\
    setvar:'tx.allowed_methods=GET HEAD POST PUT PATCH DELETE OPTIONS'"

    """

  /// Read behind the setup of the core rules, in versions 3 and 4 of them.
  var afterSetup: String {
    """
    SecAction "id:90008,phase:1,t:none,nolog,pass,setvar:tx.paranoia_level=\(paranoia),\
    setvar:tx.blocking_paranoia_level=\(paranoia),setvar:tx.detection_paranoia_level=\(paranoia)"

    """
  }

  /// Read behind all rules.
  var after: String { exclude.map { "SecRuleRemoveById \($0)\n" }.joined() }
}
