import Definitions
import Foundation
import Importing
import Testing

/// What is made of each configuration stands beside it, `NAME.golden.yaml`, and is good for the loader that `check` and
/// `run` have. `WEFT_UPDATE=1` writes it anew; read the difference before committing it.
@Suite struct GoldenTests {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent().path

  static func names(in kind: String) -> [String] {
    let all = (try? FileManager.default.contentsOfDirectory(atPath: "\(folder)/\(kind)")) ?? []
    return all.filter { !$0.hasSuffix(".golden.yaml") }.sorted().map { "\(kind)/\($0)" }
  }

  @Test(arguments: names(in: "KrakenD")) func krakenD(_ name: String) throws {
    try compare(name) { try KrakenDImporter.definitions(of: $0) }
  }

  @Test(arguments: names(in: "Nginx")) func nginx(_ name: String) throws {
    try compare(name) { try NginxImporter.definitions(of: $0) }
  }

  @Test(arguments: names(in: "OpenAPI")) func openAPI(_ name: String) throws {
    try compare(name) { try OpenAPIImporter.definitions(of: $0) }
  }

  @Test func thereAreConfigurations() {
    #expect(Self.names(in: "KrakenD").count >= 12)
    #expect(!Self.names(in: "Nginx").isEmpty && !Self.names(in: "OpenAPI").isEmpty)
  }

  private func compare(_ name: String, _ make: (String) throws -> ImportedDefinitions) throws {
    let made = try make(String(contentsOfFile: "\(Self.folder)/\(name)", encoding: .utf8))
    let golden = "\(Self.folder)/\(name.prefix { $0 != "." }).golden.yaml"
    if ProcessInfo.processInfo.environment["WEFT_UPDATE"] == "1" {
      try made.text.write(toFile: golden, atomically: true, encoding: .utf8)
    }
    #expect(try String(contentsOfFile: golden, encoding: .utf8) == made.text)
    for remark in made.remarks {
      #expect(made.text.contains("# import: \(remark.place): \(remark.message)\n"), "\(remark) stands nowhere")
    }
    if case .failure(let found) = DefinitionLoader.load(files: made.files.map { ($0.name, $0.text) }) {
      Issue.record("\(name): \(found.text)")
    }
  }
}
