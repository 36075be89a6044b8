/// What rules found in one request, for the log: never what the request says. A value.
package struct Findings: Equatable, Sendable, CustomStringConvertible {
  package struct Finding: Equatable, Sendable {
    package let id: Int
    /// As syslog counts; `nil`: the rule does not say, which the library tells as 0.
    package let severity: Int?
    package let message: String
  }

  /// Others are counted.
  static let mostShown = 5
  /// Of a rule's message, in characters.
  static let longestMessage = 120

  package private(set) var shown: [Finding] = []
  private var ids: Set<Int> = []

  package init() {}

  package var omitted: Int { ids.count - shown.count }

  mutating func add(_ finding: Finding) {
    if ids.insert(finding.id).inserted && shown.count < Self.mostShown { shown.append(finding) }
  }

  /// `942100 critical: SQL Injection Attack Detected via libinjection; 949110 critical: …; and 2 more`
  package var description: String {
    let texts = shown.map { "\($0.id)\($0.severity.map { " " + Self.name(ofSeverity: $0) } ?? ""): \($0.message)" }
    return (texts + (omitted > 0 ? ["and \(omitted) more"] : [])).joined(separator: "; ")
  }

  private static func name(ofSeverity severity: Int) -> String {
    let names = ["emergency", "alert", "critical", "error", "warning", "notice", "info", "debug"]
    return names.indices.contains(severity) ? names[severity] : "\(severity)"
  }
}

extension Findings.Finding {
  /// Takes what a rule says out of the library's message:
  ///
  ///     ModSecurity: Warning. Matched … (Value: …) [file "…"] [line "46"] [id "942100"] [rev ""] [msg "…"] [data "…"]
  ///     [severity "2"] … [tag "…"] [hostname "MARKER"] [uri "…"] [unique_id "…"] [ref "…"]
  ///
  /// Before `[file` and behind the marker a request can have said anything; between them, quotes of its own are escaped. So
  /// it is looked for from the marker on backwards. `nil`: it is no such message.
  init?(_ text: String, marker: String) {
    guard let end = text.firstRange(of: " [hostname \"\(marker)\"]")?.lowerBound,
      let begin = text[..<end].ranges(of: " [file \"").last?.lowerBound
    else { return nil }
    let details = text[begin..<end]
    func value(_ name: String) -> Substring? {
      guard let start = details.firstRange(of: " [\(name) \"")?.upperBound else { return nil }
      return details[start...].firstRange(of: "\"]").map { details[start..<$0.lowerBound] }
    }
    guard let id = value("id").flatMap({ Int($0) }) else { return nil }
    self.id = id
    severity = value("severity").flatMap { Int($0) }.flatMap { $0 == 0 ? nil : $0 }
    message = String((value("msg") ?? "").prefix(Findings.longestMessage))
  }
}

/// *Confined to* the thread that inspects. What the library says of one request, as it says it.
final class FindingList {
  private let marker: String
  private(set) var findings = Findings()

  init(marker: String) {
    self.marker = marker
  }

  func note(_ text: String) {
    if let finding = Findings.Finding(text, marker: marker) { findings.add(finding) }
  }
}

extension Findings {
  /// The library's callback: `data` is the list of the transaction, alive as long as that is.
  static let note: @convention(c) (UnsafeMutableRawPointer?, UnsafeRawPointer?) -> Void = { data, message in
    guard let data, let message else { return }
    let list = Unmanaged<FindingList>.fromOpaque(data).takeUnretainedValue()
    list.note(String(cString: message.assumingMemoryBound(to: CChar.self)))
  }
}
