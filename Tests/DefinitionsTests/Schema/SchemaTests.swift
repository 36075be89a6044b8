import Foundation
import JSONText
import TestSockets
import Testing

@testable import Definitions

/// The schema takes what `check` takes, and refuses what can be seen without knowing the whole folder.
@Suite(.ownThreads) struct SchemaTests {
  static let repository = URL(filePath: #filePath).appending(path: "../../../..").standardizedFileURL

  /// `WEFT_UPDATE=1` writes it anew.
  @Test func theFileIsCurrent() throws {
    let file = Self.repository.appending(path: "docs/weft.schema.json")
    if ProcessInfo.processInfo.environment["WEFT_UPDATE"] == "1" {
      try SchemaDocument.text.write(to: file, atomically: true, encoding: .utf8)
    }
    #expect(try String(contentsOf: file, encoding: .utf8) == SchemaDocument.text)
  }

  @Test func itIsASchemaAndTakesWhatIsGood() throws {
    let good = try Self.goodFiles() + Self.examples()
    let faults = try SchemaValidator.faults(of: good.map(\.document))
    #expect(faults.schema == [])
    #expect(good.count == faults.documents.count && good.count > 100)
    for (case_, found) in zip(good, faults.documents) { #expect(found == [], "\(case_.name)") }
  }

  /// Each folder of `Faults/` is refused by the schema, or listed in `only-check-sees.txt` with what that takes.
  @Test func itRefusesFaultsOfStructure() throws {
    let listed = try String(contentsOf: Self.folder.appending(path: "only-check-sees.txt"), encoding: .utf8)
      .split(separator: "\n").map { String($0.prefix { $0 != ":" }) }
    #expect(listed == listed.sorted() && Set(listed).isSubset(of: FaultTests.cases))
    var files: [(folder: String, document: SchemaValidator.Document)] = []
    var refused: Set<String> = []
    for name in FaultTests.cases {
      for source in try Self.sources(in: FaultTests.folder.appending(path: name)) {
        let composed = YAMLComposer.compose(source)
        // What is no YAML, or not ours, is told by the editor's own reader.
        if composed.isBroken || !composed.diagnostics.isEmpty { refused.insert(name) }
        if let root = composed.root, !composed.isBroken { files.append((name, .init(value: root.json))) }
      }
    }
    let faults = try SchemaValidator.faults(of: files.map(\.document)).documents
    for (file, found) in zip(files, faults) where !found.isEmpty { refused.insert(file.folder) }
    for name in FaultTests.cases {
      #expect(
        refused.contains(name) != listed.contains(name),
        "\(name): \(refused.contains(name) ? "refused, but listed" : "neither refused nor listed")")
    }
  }

  @Test func aFileThatIsEmptyIsNone() throws {
    #expect(
      try SchemaValidator.faults(of: [.init(value: .null), .init(value: [])]).documents.allSatisfy { !$0.isEmpty })
  }

  private static let folder = URL(filePath: #filePath).deletingLastPathComponent()

  private static func sources(in folder: URL) throws -> [SourceFile] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".yaml") }.map {
      SourceFile(name: $0, text: try String(contentsOf: folder.appending(path: $0), encoding: .utf8))
    }
  }

  /// Whole files: what the repository has, and what its pages show.
  private static func goodFiles() throws -> [(name: String, document: SchemaValidator.Document)] {
    let good = repository.appending(path: "Tests/DefinitionsTests/Good")
    let folders = try FileManager.default.contentsOfDirectory(atPath: good.path).map { good.appending(path: $0) }
    var sources = try (folders + ["compositions", "compositions/tests"].map { repository.appending(path: $0) }).flatMap
    { try Self.sources(in: $0) }
    let docs = repository.appending(path: "docs")
    let pages = try FileManager.default.contentsOfDirectory(atPath: docs.path).filter { $0.hasSuffix(".md") }
    for page in pages.map({ docs.appending(path: $0) }) + [repository.appending(path: "README.md")] {
      let blocks = try String(contentsOf: page, encoding: .utf8).matches(of: #/```yaml\n(# file: (?s).*?)```/#)
      sources += blocks.map { SourceFile(name: page.lastPathComponent, text: String($0.1)) }
    }
    let roots = try sources.map { (name: $0.name, root: try #require(YAMLComposer.compose($0).root)) }
    // A list is a file of keys, and no definition.
    return roots.filter { $0.root.elements == nil }.map { ($0.name, .init(value: $0.root.json)) }
  }

  /// The example and the default of each key.
  private static func examples() -> [(name: String, document: SchemaValidator.Document)] {
    KeySets.all.flatMap { keys in
      keys.all.filter(\.isAvailable).flatMap { key in
        [key.exampleValue, key.defaultValue].compactMap(\.self).map { value in
          let definition = KeySets.isPartialSomewhere(keys) ? "\(keys.schemaName)Keys" : keys.schemaName
          return (
            "\(keys.title).\(key.name)",
            .init(at: "#/definitions/\(definition)/properties/\(key.name)", value: value.json)
          )
        }
      }
    }
  }
}
