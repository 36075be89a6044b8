import Foundation
import Yams

/// A file of cases that share one gateway.
struct CaseFile: Decodable, Sendable {
  /// The head of the definition file that all routes of the cases are put into: `backends:` and the like.
  var definition: String
  /// Further definition files by name.
  var files: [String: String]
  /// Beside `B1`… of the backends, `REFUSED` (nobody listens) and `SILENT` (connecting never completes).
  var environment: [String: String]
  /// How many backends there are: `B1`, `B2`, …
  var backends: Int
  var cases: [BehaviourCase]

  init(from decoder: any Decoder) throws {
    let members = try decoder.members("definition", "files", "environment", "backends", "cases")
    definition = try members.require("definition")
    files = try members("files", or: [:])
    environment = try members("environment", or: [:])
    backends = try members("backends", or: 1)
    cases = try members.require("cases")
  }

  static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "Cases").path

  /// The names of all case files, without their ending.
  static var all: [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.filter { $0.hasSuffix(".yaml") }.map { String($0.dropLast(5)) }.sorted()
  }

  static func load(_ name: String) throws -> CaseFile {
    try YAMLDecoder().decode(CaseFile.self, from: String(contentsOfFile: "\(folder)/\(name).yaml", encoding: .utf8))
  }

  /// The definition with the routes of all cases.
  var wholeDefinition: String {
    let routes = cases.compactMap(\.routes).flatMap { $0.split(separator: "\n") }
    let head = definition.hasSuffix("\n") ? definition : definition + "\n"
    return head + "routes:\n" + routes.map { "  \($0)\n" }.joined()
  }
}
