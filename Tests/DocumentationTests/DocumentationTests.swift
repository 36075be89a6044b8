import Definitions
import Foundation
import Plans
import Testing

/// What the documentation shows has to load.
@Suite struct DocumentationTests {
  @Test(arguments: ["docs/guide.md", "README.md"])
  func everyExampleLoads(page: String) throws {
    let folders = try DocumentedFolder.all(of: Repository.text(page))
    #expect(!folders.isEmpty)
    for folder in folders {
      if case .failure(let diagnostics) = DefinitionLoader.load(files: folder.files) {
        Issue.record("\(page), \(folder.heading):\n\(diagnostics.text)")
      }
    }
  }

  @Test func compositionsLoad() throws {
    let directory = Repository.folder.appending(path: "compositions").path
    switch DefinitionLoader.load(directory: directory, environment: [:]) {
    case .failure(let diagnostics): Issue.record("\(diagnostics.text)")
    case .success(let plan):
      #expect(plan.backends.count == 9)
      let names = plan.routes.map(\.name)
      for name in ["GET /mobile/dashboard/:userId", "GET /web/products/:sku", "GET /api/checkout/:orderId"] {
        #expect(names.contains(name))
      }
    }
  }

  @Test func compositionsTakeTheirBackendsFromTheEnvironment() throws {
    let directory = Repository.folder.appending(path: "compositions").path
    let plan = try DefinitionLoader.load(
      directory: directory, environment: ["USERS_URL": "http://127.0.0.1:1"]
    ).get()
    let users = try #require(plan.backends.first { $0.name == "users" })
    #expect(users.addresses.map(\.origin) == ["http://127.0.0.1:1"])
  }

  @Test func linksLeadSomewhere() throws {
    let pages = [
      "README.md", "docs/guide.md", "docs/operations.md", "docs/architecture.md", "docs/decisions/README.md",
    ]
    for page in pages {
      let folder = Repository.folder.appending(path: page).deletingLastPathComponent()
      for link in try Repository.text(page).matches(of: /\]\(([^)#:]+)(?:#[^)]*)?\)/) {
        let target = folder.appending(path: String(link.1)).path
        #expect(FileManager.default.fileExists(atPath: target), "\(page) leads to \(link.1)")
      }
    }
  }
}
