import Definitions
import Importing
import Testing

@Suite struct NewFolderTests {
  @Test(arguments: [[], ["users"], ["users", "items", "path", "orders"], ["query"]])
  func whatItWritesIsGood(_ names: [String]) throws {
    let backends = try names.map { try #require(NewFolder.Backend(name: $0, url: "http://\($0):8080/v1")) }
    let files = NewFolder(backends: backends).files
    let definitions = files.filter { !$0.path.contains("/") }
    switch DefinitionLoader.load(files: definitions.map { ($0.path, $0.text) }) {
    case .success(let loaded):
      #expect(loaded.warnings.all.isEmpty && loaded.plan.routes.count == 2)
    case .failure(let found): Issue.record("\(found.text)")
    }
    let test = try #require(files.first { $0.path == "tests/overview.test.yaml" }).text
    for name in names { #expect(test.contains("  \(name): { \"GET /42\": { json: { id: 42 } } }\n")) }
  }

  @Test(arguments: [
    ("users", "users"), ("users", "ftp://users"), ("users", "http://"), ("users", "http://a b"), ("", "http://a"),
    ("1a", "http://a"), ("a-b", "http://a"), ("a", "http://a/?q=1"), ("a", "http://a/${x}"),
  ])
  func whatIsNoBackend(_ name: String, _ url: String) { #expect(NewFolder.Backend(name: name, url: url) == nil) }
}
