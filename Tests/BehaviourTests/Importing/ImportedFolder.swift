import Foundation
import Testing

/// What `weft import` makes of one of the configurations in Tests/ImportingTests, before one scripted backend that stands
/// in for all hosts: each is a folder of it, `http://users:8080` its `/users`.
struct ImportedFolder {
  var files: [String: String]
  let warnings: [String]

  init(_ kind: String, _ name: String, backend: ScriptedBackend) throws {
    let source = "\(WeftBinary.repository)/Tests/ImportingTests/\(name)"
    let folder = try TemporaryFolder()
    let made = try WeftBinary.run(["import", kind, source, "--out", folder.path + "/made"])
    try #require(made.status == 0 && made.output.isEmpty && !made.errors.contains("does not pass"), "\(made)")
    warnings = made.errors.split(separator: "\n").map(String.init)
    files = [:]
    for name in try FileManager.default.contentsOfDirectory(atPath: folder.path + "/made") {
      let text = try String(contentsOfFile: "\(folder.path)/made/\(name)", encoding: .utf8)
      files[name] = text.replacing(#/https?:\/\/([A-Za-z0-9.-]+):(8080|3000|8443)/#) { "\(backend.url)/\($0.1)" }
    }
  }
}

/// What a backend answers by the request's line, and what a client then gets.
struct ImportedStep: Sendable {
  var request: String
  var headers: [String] = []
  var body: String?
  /// By request line: JSON, a text after `=`, or `!` and a status.
  var backends: [String: String] = [:]
  var status = 200
  /// The whole answer, as JSON; members in any order.
  var json: String?
  var shows: [String: String] = [:]
  /// Parts of the requests that backends got, in any order, and there are no others.
  var sends: Set<String>?

  func answer(_ request: RecordedRequest) -> ScriptedAnswer {
    switch backends[request.line] {
    case nil: .json(#"{"harness":"unexpected request"}"#, status: 598)
    case let text? where text.hasPrefix("!"): .json("{}", status: Int(text.dropFirst()) ?? 500)
    case let text?: .json(text)
    }
  }

  /// Everything that is wrong with what comes of it.
  func problems(_ gateway: GatewayProcess, _ backend: ScriptedBackend) throws -> [String] {
    backend.restart(answer)
    let answer = try gateway.exchange(request, headers: headers, body: body)
    var problems: [String] = []
    if answer.status != status { problems.append("status \(answer.status): \(answer.text); \(backend.lines)") }
    if let json, let difference = try answer.json().difference(from: JSONTree(parsing: json)) {
      problems.append(difference)
    }
    for (name, value) in shows where answer[name] != value { problems.append("\(name): \(answer[name] ?? "none")") }
    let lines = backend.lines
    if let sends, Set(lines) != sends || lines.count != sends.count { problems.append("backends got \(lines)") }
    for line in lines where backends[line] == nil { problems.append("nobody expected \(line)") }
    return problems.map { "\(request): \($0)" }
  }
}
