import Foundation
import Glibc
import JSONText
import TestSockets
import Testing

@testable import Definitions

/// A JSON Schema validator that shares nothing with the schema's maker: scripts/validate-schema.
enum SchemaValidator {
  struct Document {
    /// The part of the schema that it is checked by.
    var at = "#"
    var value: JSONValue
  }

  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  /// Faults of the schema itself, and of each document.
  static func faults(of documents: [Document]) throws -> (schema: [String], documents: [[String]]) {
    let task: JSONValue = [
      "schema": SchemaDocument.document,
      "documents": .array(documents.map { ["at": .string($0.at), "value": $0.value] }),
    ]
    let result = try JSONText(Array(run(task.jsonText).utf8)).root
    func list(_ value: JSONSlice?) -> [String] { value?.elements.compactMap(\.string) ?? [] }
    return (list(result[member: "schema"]), result[member: "documents"]?.elements.map { list($0) } ?? [])
  }

  private static func run(_ task: String) throws -> String {
    let folder = FileManager.default.temporaryDirectory.appending(path: "weft-schema-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let files = ["task", "output", "errors"].map { folder.appending(path: $0).path }
    try Data(task.utf8).write(to: URL(filePath: files[0]))
    let script = SchemaTests.repository.appending(path: "scripts/validate-schema").path
    let status = try spawn([script, files[0]], output: files[1], errors: files[2])
    let errors = try String(contentsOfFile: files[2], encoding: .utf8)
    guard status == 0 else { throw Failure(description: "scripts/validate-schema ended with \(status): \(errors)") }
    return try String(contentsOfFile: files[1], encoding: .utf8)
  }

  /// Waits for the end; returns the raw status of `waitpid`.
  private static func spawn(_ words: [String], output: String, errors: String) throws -> Int32 {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT, 0o600)
    posix_spawn_file_actions_addopen(&actions, 2, errors, O_WRONLY | O_CREAT, 0o600)
    var arguments = words.map { strdup($0) } + [nil]
    defer { arguments.forEach { free($0) } }
    var pid = pid_t()
    let code = posix_spawn(&pid, words[0], &actions, nil, &arguments, environ)
    guard code == 0 else { throw Failure(description: "\(words[0]) can't be run: \(String(cString: strerror(code)))") }
    var status: Int32 = 0
    willBlock()
    while waitpid(pid, &status, 0) < 0, errno == EINTR {}
    return status
  }
}
