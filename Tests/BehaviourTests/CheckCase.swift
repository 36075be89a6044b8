import Foundation
import Yams

/// A folder of definitions that must not load, or with a warning, and what is to be said about it.
struct CheckCase: Decodable, Sendable, CustomStringConvertible {
  struct Finding: Decodable, Sendable {
    /// `file:line` or `file:line:column`.
    var at: String
    /// All of these occur in the message or its hint.
    var says: [String]
    var isWarning: Bool

    init(from decoder: any Decoder) throws {
      let members = try decoder.members("at", "says", "warning")
      at = try members.require("at")
      says = try members("says", or: [])
      isWarning = try members("warning", or: false)
    }
  }

  var name: String
  /// By file name.
  var files: [String: String]
  /// All errors and warnings, in order. None: the folder is good.
  var findings: [Finding]

  /// What keeps the folder from being served.
  var hasErrors: Bool { findings.contains { !$0.isWarning } }

  var description: String { name }

  init(from decoder: any Decoder) throws {
    let members = try decoder.members("name", "definition", "files", "errors")
    name = try members.require("name")
    findings = try members("errors", or: [])
    files = try members("files", or: [:])
    if let text: String = try members["definition"] { files["main.yaml"] = text }
  }

  /// None where the file can't be read, which `load` then tells.
  static let all = (try? load()) ?? []

  static func load() throws -> [CheckCase] {
    let path = CaseFile.folder + "/check/check.yaml"
    return try YAMLDecoder().decode([CheckCase].self, from: String(contentsOfFile: path, encoding: .utf8))
  }

  /// What differs from what was found.
  func problems(_ found: [JSONTree]) -> [String] {
    let places = found.map { "\($0.place)" }
    guard found.count == findings.count else {
      return ["expected errors at \(findings.map(\.at)), got \(found.map { "\($0.place) \($0.text)" })"]
    }
    var problems: [String] = []
    for (index, finding) in findings.enumerated() {
      let place = places[index]
      if place != finding.at, !place.hasPrefix(finding.at + ":") {
        problems.append("expected an error at \(finding.at), got \(place): \(found[index].text)")
      }
      if found[index]["severity"]?.string != (finding.isWarning ? "warning" : "error") {
        problems.append("\(place): not told as \(finding.isWarning ? "a warning" : "an error")")
      }
      for word in finding.says where !found[index].text.contains(word) {
        problems.append("\(place): “\(found[index].text)” does not say “\(word)”")
      }
    }
    return problems
  }
}

extension JSONTree {
  fileprivate var place: String {
    let file = self["file"]?.string?.split(separator: "/").last ?? ""
    return "\(file):\(Int(self["line"]?.number ?? 0)):\(Int(self["column"]?.number ?? 0))"
  }

  fileprivate var text: String {
    [self["message"]?.string, self["hint"]?.string].compactMap { $0 }.joined(separator: "; ")
  }
}
